import type { OpenedTables } from '../../adapters/tables/open.ts';
import type { Statement, Statements, Tables } from '../../adapters/tables/port.ts';
import { TablesUnavailable } from '../../adapters/tables/port.ts';
import type { Weather } from '../faults.ts';
import type { Life } from '../life.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Database, Databases } from './databases.ts';
import type { Locks } from './locks.ts';
import { openLocks } from './locks.ts';
import type { Journal } from './write-journal.ts';
import { openJournal } from './write-journal.ts';

/**
 * A real Postgres of which one statement at a time is under way, in the seed's order. A statement
 * that has to wait for a lock is left waiting, and whoever ends a transaction waits for those whom
 * that lets go on. A power cut loses the commits that nobody had to wait for and that were not
 * flushed since.
 */
export type SimulatedTables = {
  /** The tables as one process sees them. */
  seenBy(life: Life): OpenedTables;
  cutPower(): Promise<void>;
  /** The database itself, for a look at it from outside. */
  database(): Database;
  close(): Promise<void>;
};

export type TablesOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
  readonly now: () => number; // ms since the Unix epoch
  readonly databases: Databases;
};

type Shared = TablesOptions & {
  readonly journal: Journal;
  readonly locks: Locks;
  readonly transactions: Set<() => Promise<void>>; // those that are open
  readonly database: () => Database;
};

export async function openSimulatedTables(options: TablesOptions): Promise<SimulatedTables> {
  let database = await options.databases.fresh();
  const current = () => database;
  const journal = openJournal(options);
  const locks = openLocks(() => database.waiting());
  const transactions = new Set<() => Promise<void>>();
  const shared = { ...options, journal, locks, transactions, database: current };
  return {
    seenBy: (life) => seenBy(life, shared),
    database: current,
    cutPower: async () => {
      const flushed = journal.cutPower();
      await database.drop();
      database = await options.databases.fresh();
      for (const statements of flushed) {
        await database.tables.transaction(async (tx) => {
          for (const statement of statements) await tx.execute(statement);
        });
      }
    },
    close: async () => {
      await Promise.all([...transactions].map((rollback) => rollback()));
      await database.drop();
    },
  };
}

function seenBy(life: Life, shared: Shared): OpenedTables {
  const own = statementsOf(life, shared, {
    on: () => shared.database().tables,
    wrote: (statement) => shared.journal.commit([statement]),
  });
  const tables: Tables = {
    ...own,
    transaction: (work) => transaction(life, shared, work),
    script: async (text) => {
      await own.execute({ text, values: [] });
    },
    health: async () => ({ ok: true }),
    counters: () => shared.database().tables.counters(),
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { ...tables, promptly: () => tables, address: () => '' };
}

type Where = {
  readonly on: () => Statements;
  readonly wrote: (statement: Statement) => void;
  /** Statements that were asked for and are not done; by turns more and less. */
  readonly underWay?: ((by: 1 | -1) => void) | undefined;
  /** Told of a statement that is done when its asker is no more. */
  readonly abandoned?: (() => Promise<void>) | undefined;
};

function statementsOf(life: Life, shared: Shared, where: Where): Statements {
  const run = <Answer>(
    asked: Statement,
    work: (statement: Statement) => Promise<Answer>,
  ): Promise<Answer> =>
    askTables(life, { shared, where }, async () => {
      const statement = atSimulatedTime(asked, shared.now());
      const answer = await work(statement);
      if (matters(statement)) where.wrote(statement);
      return answer;
    });
  return {
    query: <Row extends object>(statement: Statement) =>
      run(statement, (dated) => where.on().query<Row>(dated)),
    execute: (statement) => run(statement, (dated) => where.on().execute(dated)),
  };
}

/** One statement there and back; it may wait for a lock in between. */
function askTables<Answer>(
  life: Life,
  { shared, where }: { readonly shared: Shared; readonly where: Partial<Where> },
  effect: () => Promise<Answer>,
): Promise<Answer> {
  const { scheduler, weather, locks } = shared;
  return new Promise((resolve, reject) => {
    const back = (run: () => void) => life.inside(weather.delayMs(), run);
    const away = () => reject(new TablesUnavailable('Postgres does not answer (simulated)'));
    scheduler.at(weather.delayMs(), async () => {
      if (life.ended()) return;
      if (weather.strikes('unavailable', 0.005)) return void back(away);
      let settle = away;
      where.underWay?.(1);
      const work = effect().then(
        (answer) => {
          settle = () => resolve(answer);
        },
        (cause: unknown) => {
          settle = () => reject(cause);
        },
      );
      await locks.run(work, async () => {
        where.underWay?.(-1);
        if (life.ended()) return where.abandoned?.();
        back(weather.strikes('lost-answer', 0.005) ? away : settle);
      });
    });
  });
}

/** Begins, works and commits, each a question of its own; ends with its process. */
async function transaction<Result>(
  life: Life,
  shared: Shared,
  work: (tx: Statements) => Promise<Result>,
): Promise<Result> {
  const wrote: Statement[] = [];
  const opened = await askTables(life, { shared, where: {} }, () => openTransaction(life, shared));
  const tx = statementsOf(life, shared, {
    on: () => opened.statements,
    wrote: (statement) => void wrote.push(statement),
    underWay: opened.underWay,
    abandoned: opened.undo,
  });
  try {
    const result = await work(tx);
    await askTables(life, { shared, where: {} }, async () => {
      await opened.commit();
      shared.journal.commit(wrote);
      await shared.locks.released();
    });
    return result;
  } catch (cause) {
    // Whoever cannot say that it goes back has lost its connection, and that says so.
    await life.ask(shared.weather.delays(), opened.undo);
    throw cause;
  }
}

/** Known from its first moment on, so that it ends with its process whatever comes next. */
async function openTransaction(life: Life, { database, locks, transactions }: Shared) {
  const begun = await begin(database().tables);
  let statementsUnderWay = 0;
  let isOver = false;
  const ending = (): void => {
    isOver = true;
    stay();
    transactions.delete(begun.rollback);
  };
  const undo = async (): Promise<void> => {
    if (isOver) return;
    ending();
    await begun.rollback();
    await locks.released();
  };
  const stay = life.whenEnded(() => (statementsUnderWay === 0 ? undo() : undefined));
  transactions.add(begun.rollback);
  return {
    statements: begun.statements,
    undo,
    commit: () => {
      ending();
      return begun.commit();
    },
    underWay: (by: 1 | -1) => {
      statementsUnderWay += by;
    },
  };
}

/** A transaction of the driver, taken apart so that its end can be asked for. */
async function begin({ transaction }: Database['tables']) {
  const begun = Promise.withResolvers<Statements>();
  const ending = Promise.withResolvers<void>();
  const rolledBack = new Error('rolled back');
  const whole = transaction(async (tx) => {
    begun.resolve(tx);
    await ending.promise;
  });
  whole.catch(begun.reject);
  return {
    statements: await begun.promise,
    commit: async () => {
      ending.resolve();
      await whole;
    },
    rollback: async () => {
      ending.reject(rolledBack);
      await whole.catch(() => undefined);
    },
  };
}

/** The database's clock is the simulation's: whoever asks for the time is told it. */
function atSimulatedTime(statement: Statement, nowMs: number): Statement {
  if (!/clock_timestamp\(\)|\bnow\(\)/.test(statement.text)) return statement;
  const moment = `to_timestamp(${nowMs.toFixed(3)} / 1000.0)`;
  const text = statement.text.replaceAll(/clock_timestamp\(\)|\bnow\(\)/g, moment);
  return { text, values: statement.values };
}

/** What changes rows, or how the commit is answered. */
function matters({ text }: Statement): boolean {
  return !/^\s*select\b/i.test(text) || /synchronous_commit/.test(text);
}
