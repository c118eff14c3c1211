import { Worker } from 'node:worker_threads';
import type { BudgetOptions } from './budget.ts';
import { usualBudget } from './budget.ts';
import type { Asked, Said } from './embedded/thread.ts';
import type { IndexDocument, IndexTarget, Search } from './port.ts';
import { CursorRefused, SearchUnavailable } from './port.ts';
import { openTurns, platform } from './turns.ts';

export type EmbeddedSearchOptions = {
  readonly path: string; // of the file
  /** How long a call may take, ms: 10,000 unless told. */
  readonly callMs?: number | undefined;
  /** Calls that wait for their answer: above this one more is refused. */
  readonly waitingMax?: number | undefined;
  /** Of those the searches that one person may have waiting: 20 unless told. */
  readonly waitingEachMax?: number | undefined;
  readonly budget?: BudgetOptions | undefined;
};

const changesAtOnce = 500; // searches get their turn in between
const documentsAtOnce = 500;

/**
 * Search on one SQLite file with FTS5, for one process. File and thread are opened by the first
 * call, so that a start costs nothing.
 */
export function openEmbeddedSearch(options: EmbeddedSearchOptions): Search {
  const { ask, close } = openThread(options);
  return {
    prepare: (index, version) => ask('prepare', { index, version }),
    apply: async (target, changes) => {
      for (let at = 0; at < changes.length; at += changesAtOnce) {
        await ask('apply', { target, changes: changes.slice(at, at + changesAtOnce) });
      }
    },
    findMessages: (query) => ask('findMessages', query, query.asker),
    findPeople: (query) => ask('findPeople', query, query.asker),
    findConversations: (query) => ask('findConversations', query, query.asker),
    switchTo: (index, version) => ask('switchTo', { index, version }),
    documents: (target, after) => documents(ask, target, after),
    health: () =>
      ask('health', null).then(
        () => ({ ok: true }),
        ({ message }: Error) => ({ ok: false, reason: message }),
      ),
    [Symbol.asyncDispose]: close,
  };
}

type Ask = <Answer>(what: Asked['what'], of: unknown, asker?: string) => Promise<Answer>;

async function* documents(ask: Ask, target: IndexTarget, from = ''): AsyncGenerator<IndexDocument> {
  for (let after = from; ; ) {
    const page = await ask<readonly IndexDocument[]>('documents', {
      ...{ target, after, documentsMax: documentsAtOnce },
    });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
};

function openThread(options: EmbeddedSearchOptions) {
  const { path, callMs = 10_000, waitingMax = 1_000, waitingEachMax = 20 } = options;
  const { budget = usualBudget } = options;
  const waiting = new Map<number, Waiting>();
  const turns = openTurns({ atOnce: 1, waitingEachMax });
  let thread: Worker | null = null;
  let tickets = 0;
  let open = 0; // calls that wait for a turn, or for their answer
  let isClosed = false;

  const fail = (reason: string): void => {
    thread = null;
    for (const { reject } of waiting.values()) reject(new SearchUnavailable(reason));
    waiting.clear();
  };
  const hear = (said: Said): void => {
    if (said.kind === 'unusable') fail(unusable(path, said.reason));
    if (said.kind === 'ready' || said.kind === 'unusable') return;
    const asker = waiting.get(said.ticket);
    waiting.delete(said.ticket);
    if (said.kind === 'answer') asker?.resolve(said.value);
    else asker?.reject(errorOf(said));
  };
  const start = (): Worker => {
    const worker = new Worker(new URL('./embedded/thread.ts', import.meta.url), {
      workerData: { path, budget },
    });
    worker.on('message', hear);
    worker.on('error', ({ message }) => fail(`the search stopped: ${message}`));
    worker.on('exit', () => thread === worker && fail('the search stopped'));
    return worker;
  };
  const post = (what: Asked['what'], of: unknown): Promise<unknown> => {
    thread ??= start();
    tickets += 1;
    const ticket = tickets;
    thread.postMessage({ ticket, what, of } satisfies Asked);
    return new Promise((resolve, reject) => waiting.set(ticket, { resolve, reject }));
  };
  const inTurn = (asker: string, what: Asked['what'], of: unknown): Promise<unknown> => {
    let isOver = false;
    const asked = turns.take(asker, async () => {
      if (isClosed) throw closed();
      return isOver ? null : post(what, of);
    });
    const tooLate = () => new SearchUnavailable('the search takes too long');
    return within(callMs, asked, tooLate).finally(() => {
      isOver = true;
    });
  };
  return {
    ask: (async (what, of, asker = platform) => {
      if (isClosed) throw closed();
      if (open >= waitingMax) throw new SearchUnavailable('too much waits for the search');
      open += 1;
      return inTurn(asker, what, of).finally(() => {
        open -= 1;
      });
    }) as Ask,
    close: async (): Promise<void> => {
      if (isClosed) return;
      isClosed = true;
      if (thread === null) return;
      const ending = thread;
      const exited = new Promise((resolve) => ending.once('exit', resolve));
      await post('close', null).catch(() => undefined);
      await exited;
    },
  };
}

function within<Answer>(ms: number, asked: Promise<Answer>, tooLate: () => Error) {
  return new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), ms);
    asked.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function closed(): SearchUnavailable {
  return new SearchUnavailable('the search is closed');
}

function errorOf({ reason, isCursor, isAway }: Extract<Said, { readonly kind: 'refused' }>): Error {
  if (isCursor) return new CursorRefused(reason);
  return isAway ? new SearchUnavailable(reason) : new Error(reason);
}

function unusable(path: string, reason: string): string {
  return (
    `the index ${path} cannot be used (${reason}). It is a copy: where the disk has room and the ` +
    'file is ours to write, delete it with its -wal, and it is built anew'
  );
}
