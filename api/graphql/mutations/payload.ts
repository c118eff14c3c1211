import type { Outcome } from '../../../commands/outcome.ts';
import { TablesUnavailable } from '../../../ops/adapters/tables/port.ts';
import type { AnyRefusal, RefusalFace } from '../../errors.ts';
import { faceOf, limited, unavailable } from '../../errors.ts';

/** The two faces of every payload. */
export type Payload = {
  readonly refusal: RefusalFace | null;
  readonly position: string | null;
};

/** What a mutation's input calls the field that a refusal is about, where it is not the usual. */
export type Called = { readonly [Kind in AnyRefusal['kind']]?: string };

/** A refusal is data; everything else in the payload is null then. */
export function refused(refusal: AnyRefusal, called: Called = {}): Payload {
  const face = faceOf(refusal);
  return { refusal: { ...face, field: called[refusal.kind] ?? face.field }, position: null };
}

/** Turns an outcome into a payload; what is no answer of the domain becomes an error. */
export async function payloadOf<Answer>(
  outcome: Outcome<Answer, AnyRefusal>,
  show: (answer: Answer, position: bigint) => Promise<object> | object,
  called: Called = {},
): Promise<Payload> {
  switch (outcome.kind) {
    case 'done': {
      const shown = await shownIfRead(() => show(outcome.answer, outcome.position));
      return { refusal: null, position: outcome.position.toString(), ...shown };
    }
    case 'refused':
      return refused(outcome.refusal, called);
    case 'conflict':
      return refused({ kind: 'conflict' });
    case 'overloaded':
      throw limited('Too much is waiting here: try again.', outcome.retryAfterMs);
    case 'unavailable':
      throw unavailable('The log does not answer: repeat with the same ids.', {
        retryAfterMs: outcome.retryAfterMs,
      });
  }
}

/** What is stored is acknowledged, whether or not it can be read now. */
async function shownIfRead(show: () => Promise<object> | object): Promise<object> {
  try {
    return await show();
  } catch (cause) {
    if (cause instanceof TablesUnavailable) return {}; // every object of a payload may be null
    throw cause;
  }
}
