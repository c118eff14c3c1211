import kafkajs from 'kafkajs';
import { EventLogUnavailable } from './port.ts';

const shutOut = new Set([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN_PRODUCER_ID',
]);
const refused = new Set([
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_REPLICATION_FACTOR',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'KafkaJSSASLAuthenticationError',
  'KafkaJSNotImplemented',
]);

export function kindOf(cause: unknown): 'away' | 'shut-out' | 'refused' {
  if (cause instanceof EventLogUnavailable) return 'away';
  if (!(cause instanceof kafkajs.KafkaJSError)) return 'refused';
  const names = namesIn(cause);
  if (names.some((name) => shutOut.has(name))) return 'shut-out';
  return names.some((name) => refused.has(name)) ? 'refused' : 'away';
}

/** In words, with the names that Kafka gives its errors. */
export function says(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return [...new Set([...namesIn(cause).slice(1), cause.message])].join(', ');
}

/** Of its class and of Kafka's error, also of those it was made from. */
function namesIn(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return [];
  const {
    type,
    originalError,
    errors = [],
  } = cause as Error & {
    readonly type?: string;
    readonly originalError?: unknown;
    readonly errors?: readonly unknown[];
  };
  const below = [cause.cause, originalError, ...errors].filter((one) => one !== cause);
  return [cause.name, ...(type === undefined ? [] : [type]), ...below.flatMap(namesIn)];
}
