import type { ErrorType } from '@eventstore/db-client';
import { isCommandError } from '@eventstore/db-client';
import { EventStoreUnavailable } from '../port.ts';

/** The type that the client gives its errors; null for those that are not the server's. */
export function failureType(cause: unknown): ErrorType | null {
  return cause instanceof Error && isCommandError(cause) ? cause.type : null;
}

/** The outcome of whatever failed is unknown: everything that is no answer becomes this. */
export function unavailable(cause: unknown): EventStoreUnavailable {
  if (cause instanceof EventStoreUnavailable) return cause;
  const reason = failureType(cause) ?? (cause instanceof Error ? cause.name : 'unknown');
  return new EventStoreUnavailable(
    `EventStoreDB did not answer (${reason}): check that it runs and the address, then try again.`,
    { cause },
  );
}
