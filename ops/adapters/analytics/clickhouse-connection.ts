import type { ClickHouseClient } from '@clickhouse/client';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { bulkhead } from 'cockatiel';
import type { Guard } from '../../guard.ts';
import { openGuard } from '../../guard.ts';
import type { Written } from '../../misfit.ts';
import { lastingSentence, writtenAs } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';
import { untilItWorked } from '../../until-it-worked.ts';
import { checkServer } from './clickhouse-check.ts';
import { isAway, refused } from './clickhouse-errors.ts';
import type { Question } from './port.ts';
import { AnalyticsUnavailable, analystBounds } from './port.ts';

export type ClickHouseOptions = {
  /** http(s)://user:password@host:8123/database?reader=user:password, each part %-encoded. */
  readonly url: string;
  /** How long a call may take, with what is asked again: 30,000 unless told. */
  readonly withinMs?: number | undefined;
  /** Calls that wait for their turn: above this one more is refused. */
  readonly waitingMax?: number | undefined;
};

/** What is asked of a server: with whose client, and until when. */
export type Command<Answer> = (client: ClickHouseClient, signal: AbortSignal) => Promise<Answer>;

/** Whose client: `server` is the platform's account before its database is there. */
export type Asks = Question['as'] | 'server';

/** The clients of both accounts, behind one breaker. */
export type ClickHouseConnection = {
  /** Asks again where the answer is lost: whatever is asked bears that. */
  readonly run: <Answer>(as: Asks, command: Command<Answer>) => Promise<Answer>;
  /** As `run`, in a queue of its own: questions do not wait behind batches. */
  readonly insert: <Answer>(command: Command<Answer>) => Promise<Answer>;
  /** Looks at the server, unless that was done; a PlainError says what is wrong with it. */
  check(): Promise<void>;
  readonly breaker: Guard['breaker'];
  readonly watchCalls: Guard['watchCalls'];
  readonly database: string;
  readonly seconds: number; // that a statement of the platform may take on the server
  [Symbol.asyncDispose](): Promise<void>;
};

const atOnce = { inserts: 2, questions: 16 };
const answersLateMs = 5_000; // a server may be that late to say that a reader's time is over

/** Makes the clients; nothing is asked yet. */
export function connectClickHouse({
  url,
  withinMs = 30_000,
  waitingMax = 256,
}: ClickHouseOptions): ClickHouseConnection {
  const parts = partsOf(url);
  const clients = clientsOf(parts, withinMs);
  const queues = {
    inserts: bulkhead(atOnce.inserts, waitingMax),
    questions: bulkhead(atOnce.questions, waitingMax),
  };
  const guard = openGuard({
    ...{ isAway, againMax: 2, firstDelayMs: 50 },
    translate: (cause) => cause, // whose question it was is known below
    waitingMax: Number.POSITIVE_INFINITY, // the queues before it are bounded
    tooMuchWaits: () => new AnalyticsUnavailable('too much waits for ClickHouse'),
  });
  const { database, origin } = parts;
  const where = new URL(origin).host;
  const written = writtenAs(new URL(origin), {
    ...{ name: 'ClickHouse', option: 'PARLEY_ANALYTICS', plain: 'http://', secure: 'https://' },
  });
  const readerMs = Math.min(withinMs, analystBounds.seconds * 1_000 + answersLateMs);

  const run = async <Answer>(
    queue: 'inserts' | 'questions',
    as: Asks,
    command: Command<Answer>,
  ): Promise<Answer> => {
    const client = clients[as];
    if (client === null) throw new AnalyticsUnavailable(noReader);
    const deadline = AbortSignal.timeout(as === 'analyst' ? readerMs : withinMs);
    try {
      const ask = () => guard.again(() => command(client, deadline), deadline);
      return await queues[queue].execute(ask, deadline);
    } catch (cause) {
      throw refused(cause, { as, where, written });
    }
  };
  const check = untilItWorked(() =>
    checkServer({
      ...{ where, database, hasReader: parts.reader !== null },
      run: (as, command) => run('questions', as, command),
    }).catch((cause: unknown) => {
      throw plainly(cause, written);
    }),
  );
  const checkedFirst = async (): Promise<void> => {
    await check().catch((cause: unknown) => {
      throw cause instanceof PlainError ? new AnalyticsUnavailable(cause.message) : cause;
    });
  };
  return {
    run: (as, command) => checkedFirst().then(() => run('questions', as, command)),
    insert: (command) => checkedFirst().then(() => run('inserts', 'platform', command)),
    ...{ check, database, seconds: Math.ceil(withinMs / 1_000) },
    breaker: guard.breaker,
    watchCalls: guard.watchCalls,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(Object.values(clients).map((client) => client?.close()));
    },
  };
}

/** What waiting does not mend is told to who looks first; a server that hangs up may restart. */
function plainly(cause: unknown, written: Written): unknown {
  const isUnavailable = cause instanceof AnalyticsUnavailable;
  const sentence = isUnavailable ? lastingSentence(cause, written) : null;
  return sentence === null ? cause : new PlainError(sentence);
}

function clientsOf({ origin, database, platform, reader }: Parts, withinMs: number) {
  const clientOf = (account: Account & { readonly database?: string }) =>
    createClient({
      url: origin,
      ...account,
      request_timeout: 2 * withinMs, // ours ends first
      max_open_connections: atOnce.inserts + atOnce.questions,
      application: 'parley',
      log: { level: ClickHouseLogLevel.OFF }, // whoever asked is told
    });
  return {
    server: clientOf(platform),
    platform: clientOf({ ...platform, database }),
    analyst: reader && clientOf({ ...reader, database }),
  };
}

const noReader =
  'PARLEY_ANALYTICS names no reader (?reader=user:password): analysts’ questions are not asked.';

type Account = { readonly username: string; readonly password: string };

type Parts = {
  readonly origin: string;
  readonly database: string;
  readonly platform: Account;
  readonly reader: Account | null;
};

function partsOf(text: string): Parts {
  const url = new URL(text);
  const [username = '', ...password] = (url.searchParams.get('reader') ?? '').split(':');
  return {
    origin: url.origin,
    database: url.pathname.slice(1) || 'parley',
    platform: {
      username: decodeURIComponent(url.username) || 'default',
      password: decodeURIComponent(url.password),
    },
    reader: username === '' ? null : { username, password: password.join(':') },
  };
}
