import kafkajs from 'kafkajs';
import { kindsOf } from './kafka-errors.ts';

export const kindOf = kindsOf({
  isItsOwn: (cause) => cause instanceof kafkajs.KafkaJSError,
  namesIn,
  refused: ['KafkaJSSASLAuthenticationError', 'KafkaJSNotImplemented'],
});

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
