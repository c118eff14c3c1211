import type { Objects } from '../../adapters/objects/port.ts';
import { ObjectsUnavailable } from '../../adapters/objects/port.ts';

const away = async (): Promise<never> => {
  throw new ObjectsUnavailable('there are no objects in a simulation');
};
// biome-ignore lint/correctness/useYield: whoever asks is told at once
async function* nothing(): AsyncGenerator<never> {
  await away();
}

/** Media take no part in a simulation: whoever asks for them hears that they are away. */
export const noObjects: Objects = {
  ...{ put: away, get: away, stat: away, delete: away, list: nothing },
  ...{ presignPost: away, presignGet: away, handler: null },
  uploads: {
    ...{ begin: away, presignPart: away, parts: away, complete: away, abort: away },
    unfinished: nothing,
  },
  health: async () => ({ ok: false, reason: 'there are no objects in a simulation' }),
  [Symbol.asyncDispose]: async () => undefined,
};
