import { GenericError, MultipleErrors } from '@platformatic/kafka';
import { kindsOf } from './kafka-errors.ts';

export const kindOf = kindsOf({
  isItsOwn: (cause) => cause instanceof GenericError || cause instanceof MultipleErrors,
  namesIn,
  refused: ['PLT_KFK_USER', 'PLT_KFK_AUTHENTICATION', 'PLT_KFK_UNSUPPORTED_API'],
});

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
