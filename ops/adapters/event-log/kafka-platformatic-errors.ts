import { GenericError, MultipleErrors } from '@platformatic/kafka';
import { EventLogUnavailable } from './port.ts';

/** What Kafka says to a writer whom another one has shut out, or who was silent for too long. */
const shutOut = new Set([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN_PRODUCER_ID',
]);

/** What will not get better by waiting. */
const refused = new Set([
  'PLT_KFK_USER',
  'PLT_KFK_AUTHENTICATION',
  'PLT_KFK_UNSUPPORTED_API',
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_REPLICATION_FACTOR',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
]);

export function kindOf(cause: unknown): 'away' | 'shut-out' | 'refused' {
  if (cause instanceof EventLogUnavailable) return 'away';
  if (!(cause instanceof GenericError || cause instanceof MultipleErrors)) return 'refused';
  const names = namesIn(cause);
  if (names.some((name) => shutOut.has(name))) return 'shut-out';
  return names.some((name) => refused.has(name)) ? 'refused' : 'away';
}

/** In words, with the names that Kafka gives its errors. */
export function says(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { apiId } = cause as { readonly apiId?: string };
  const own = apiId === undefined ? cause.message : apiId;
  const below = within(cause).map(says);
  return [...new Set([own, ...below])].join(', ');
}

function namesIn(cause: unknown): readonly string[] {
  const { code, apiId } = cause as { readonly code?: string; readonly apiId?: string };
  const own = [code, apiId].filter((name) => typeof name === 'string');
  return [...own, ...within(cause).flatMap(namesIn)];
}

function within(cause: unknown): readonly unknown[] {
  if (!(cause instanceof Error)) return [];
  const several = cause instanceof AggregateError ? cause.errors : [];
  return cause.cause === undefined ? several : [...several, cause.cause];
}
