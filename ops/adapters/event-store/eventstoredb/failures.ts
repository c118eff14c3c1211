import type { ErrorType } from '@eventstore/db-client';
import { isCommandError } from '@eventstore/db-client';
import type { Written } from '../../../misfit.ts';
import { misfitSentence } from '../../../misfit.ts';
import { EventStoreUnavailable } from '../port.ts';

const written: Written = {
  ...{ server: 'The EventStoreDB of PARLEY_EVENT_STORE', option: 'PARLEY_EVENT_STORE' },
  ...{ tls: false, plain: 'tls=false', secure: 'tls=true' },
  authority: 'tlsCaFile=', // this client does not look at Node's variable
};

/** The type that the client gives its errors; null for those that are not the server's. */
export function failureType(cause: unknown): ErrorType | null {
  return cause instanceof Error && isCommandError(cause) ? cause.type : null;
}

/** The outcome of whatever failed is unknown: everything that is no answer becomes this. */
export function unavailable(cause: unknown): EventStoreUnavailable {
  if (cause instanceof EventStoreUnavailable) return cause;
  const sentence = misfitSentence(cause, written);
  if (sentence !== null) return new EventStoreUnavailable(sentence, { cause });
  const reason = failureType(cause) ?? (cause instanceof Error ? cause.name : 'unknown');
  return new EventStoreUnavailable(
    `EventStoreDB did not answer (${reason}; if it wants TLS, PARLEY_EVENT_STORE says tls=true): ` +
      'check that it runs and the address, then try again.',
    { cause },
  );
}
