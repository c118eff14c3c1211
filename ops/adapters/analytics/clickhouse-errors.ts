import { ClickHouseError } from '@clickhouse/client';
import type { Written } from '../../misfit.ts';
import { misfitSentence } from '../../misfit.ts';
import type { Asks } from './clickhouse-connection.ts';
import { AnalyticsUnavailable, analystBounds, QuestionRefused } from './port.ts';

/** What a server says that will answer again: it is full, starts, or has lost its disk or peers. */
const passing = new Set([
  ...['TOO_MANY_SIMULTANEOUS_QUERIES', 'NETWORK_ERROR', 'SOCKET_TIMEOUT', 'TABLE_IS_READ_ONLY'],
  ...['NOT_ENOUGH_SPACE', 'TOO_MANY_PARTS', 'QUERY_WAS_CANCELLED', 'ABORTED', 'KEEPER_EXCEPTION'],
  ...['TOO_FEW_LIVE_REPLICAS', 'UNKNOWN_STATUS_OF_INSERT', 'NO_REPLICA_HAS_PART', 'TOO_SLOW'],
  ...['CANNOT_WRITE_TO_FILE_DESCRIPTOR', 'CANNOT_FSYNC', 'DEADLOCK_AVOIDED'],
]);

/** Ours to bear, when it is not a reader who asked for too much. */
const ourOwn = new Set(['MEMORY_LIMIT_EXCEEDED', 'TIMEOUT_EXCEEDED', 'AUTHENTICATION_FAILED']);

/** No connection, no answer in time, an open breaker, or a server that says: not now. */
export function isAway(cause: unknown): boolean {
  return !(cause instanceof ClickHouseError) || passing.has(cause.type ?? '');
}

/** What a failed call rejects with: vendor errors end here. */
export function refused(
  cause: unknown,
  { as, where, written }: { readonly as: Asks; readonly where: string; readonly written: Written },
): Error {
  const sentence = misfitSentence(cause, written);
  if (sentence !== null) return new AnalyticsUnavailable(sentence, { cause });
  const type = cause instanceof ClickHouseError ? (cause.type ?? '') : '';
  const isOurs = type === 'AUTHENTICATION_FAILED' || (as !== 'analyst' && ourOwn.has(type));
  if (!(cause instanceof ClickHouseError) || isAway(cause) || isOurs) {
    const reason = type === '' ? 'does not answer' : `says ${type}`;
    return new AnalyticsUnavailable(`the ClickHouse at ${where} ${reason}`, { cause });
  }
  const bound = as === 'analyst' ? bounds[type] : undefined;
  return new QuestionRefused(bound ?? plain(cause.message), { cause });
}

const bounds: Readonly<Record<string, string>> = {
  TIMEOUT_EXCEEDED: `The question takes longer than ${analystBounds.seconds} s.`,
  TOO_MANY_ROWS_OR_BYTES: `The answer has more than ${analystBounds.rowsMax} rows.`,
  TOO_MANY_BYTES: `The question reads more than ${analystBounds.bytesMax} bytes.`,
  TOO_MANY_ROWS: 'The question reads more rows than a reader may.',
  MEMORY_LIMIT_EXCEEDED: 'The question needs more memory than a reader may use.',
  READONLY: 'A reader may only ask one SELECT, and change no setting.',
  SETTING_CONSTRAINT_VIOLATION: 'A reader may only ask one SELECT, and change no setting.',
};

const messageCharactersMax = 500;

/** Without where the engine looked, and the list of all that it would have taken. */
function plain(message: string): string {
  const [first = ''] = message.split(/(?<=\S): In scope |\. Expected one of: /);
  return first.trim().slice(0, messageCharactersMax);
}
