import { Client, errors } from '@elastic/elasticsearch';
import { isBrokenCircuitError, isTaskCancelledError } from 'cockatiel';
import type { Guard } from '../../guard.ts';
import { openGuard } from '../../guard.ts';
import { lastingSentence, misfitOf, misfitSentence, writtenAs } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';
import { untilItWorked } from '../../until-it-worked.ts';
import { SearchUnavailable } from './port.ts';

export type ElasticsearchOptions = {
  readonly url: string; // http(s)://user:password@host:port
  /** What names of indices begin with: parley unless told. */
  readonly prefix?: string | undefined;
  /** How long a call may take, ms: 5,000 unless told; a bulk may take six times as long. */
  readonly callMs?: number | undefined;
  /** Calls that wait for their answer: above this one more is refused. */
  readonly waitingMax?: number | undefined;
  /** How long all steps of a search may take together, ms: 500 unless told; 0: one at a time. */
  readonly budgetMs?: number | undefined;
};

/** What every call is asked with: its time, and the end of patience. */
export type CallOptions = {
  readonly requestTimeout: number;
  readonly signal: AbortSignal;
  readonly maxRetries: 0;
};

/** A server that was looked at, and how it is asked. */
export type ElasticsearchConnection = {
  /**
   * Every call may be asked twice: versions see to it that nothing happens twice. Rejects with
   * SearchUnavailable when the server is away, does not answer in time, or too much waits.
   */
  ask<Answer>(
    call: (client: Client, options: CallOptions) => Promise<Answer>,
    factor?: number, // how many times longer it may take
  ): Promise<Answer>;
  readonly breaker: Guard['breaker'];
  readonly watchCalls: Guard['watchCalls'];
  close(): Promise<void>;
};

const versionMin = 9; // older ones refuse the media type of this client

/**
 * A server that refuses us, is too old or another program rejects with a PlainError. One that is
 * away stops nobody who starts: it is looked at before the first call that reaches it.
 */
export async function connectElasticsearch({
  url,
  callMs = 5_000,
  waitingMax = 1_000,
}: ElasticsearchOptions): Promise<ElasticsearchConnection> {
  const { host: where } = new URL(url);
  const written = writtenAs(new URL(url), {
    ...{ name: 'Elasticsearch', option: 'PARLEY_SEARCH', plain: 'http://', secure: 'https://' },
  });
  const client = new Client({ node: url, maxRetries: 0, requestTimeout: callMs });
  const look = untilItWorked(() => refuseUnfit(client, where));
  const lookFirst = async (): Promise<void> => {
    await look().catch((cause: unknown) => {
      throw cause instanceof PlainError ? new SearchUnavailable(cause.message) : cause;
    });
  };
  try {
    await look();
  } catch (cause) {
    const sentence = lastingSentence(cause, written);
    if (cause instanceof PlainError || sentence !== null) {
      await client.close();
      throw sentence === null ? cause : new PlainError(sentence);
    }
  }

  const guard = openGuard({
    ...{ isAway, waitingMax, againMax: 2, firstDelayMs: 50 },
    translate: (cause) => {
      const sentence = misfitSentence(cause, written);
      if (sentence !== null) return new SearchUnavailable(sentence, { cause });
      if (isAway(cause)) {
        return new SearchUnavailable(`the Elasticsearch at ${where} does not answer`, { cause });
      }
      // 400 is about what was asked; anything else about who asks, or about the server.
      const refused = cause instanceof errors.ResponseError && cause.statusCode !== 400;
      if (!refused) return cause;
      const reason = `the Elasticsearch at ${where} refuses us (${cause.statusCode})`;
      return new SearchUnavailable(reason, { cause });
    },
    tooMuchWaits: () => new SearchUnavailable('too much waits for Elasticsearch'),
  });
  return {
    ask: (call, factor = 1) => {
      const signal = AbortSignal.timeout(2 * factor * callMs); // for all tries together
      const options = { requestTimeout: factor * callMs, maxRetries: 0, signal } as const;
      return guard.again(() => lookFirst().then(() => call(client, options)), signal);
    },
    breaker: guard.breaker,
    watchCalls: guard.watchCalls,
    close: () => client.close(),
  };
}

/** Asked in plain JSON, which servers of every version understand. */
async function refuseUnfit(client: Client, where: string): Promise<void> {
  const { version } = await client
    .info({}, { headers: { accept: 'application/json' } })
    .catch((cause: unknown) => {
      const isKnown = misfitOf(cause) !== null || isUnreached(cause);
      throw isKnown ? cause : new PlainError(unusable(where, cause));
    });
  if (Number.parseInt(version.number, 10) >= versionMin) return;
  throw new PlainError(
    `The Elasticsearch at ${where} is version ${version.number}: Parley needs ${versionMin}.0 or ` +
      'newer.',
  );
}

function unusable(where: string, cause: unknown): string {
  const reason =
    cause instanceof errors.ResponseError
      ? `it answers ${cause.statusCode}`
      : cause instanceof Error
        ? cause.message || cause.name
        : String(cause);
  return (
    `The Elasticsearch at ${where} cannot be used (${reason}): start it, mend its address and ` +
    'password in PARLEY_SEARCH, or set that to embedded to search in this process.'
  );
}

const passing = [429, 502, 503, 504]; // it will answer again

function isUnreached(cause: unknown): boolean {
  if (cause instanceof errors.ResponseError) return passing.includes(cause.statusCode ?? 0);
  return cause instanceof errors.ConnectionError || cause instanceof errors.TimeoutError;
}

/** Whatever the server did not say itself, and what it says while it is overloaded. */
function isAway(cause: unknown): boolean {
  if (cause instanceof errors.ResponseError) return passing.includes(cause.statusCode ?? 0);
  if (cause instanceof Overloaded || cause instanceof errors.ElasticsearchClientError) return true;
  return cause instanceof Error && (isBrokenCircuitError(cause) || isTaskCancelledError(cause));
}

/** Part of a bulk was refused for want of room. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}
