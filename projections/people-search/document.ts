import type { Personal } from '../../domain/personal.ts';
import type { IndexChange } from '../../ops/adapters/search/port.ts';

/** What a person's document is made from. */
export type Known = {
  readonly userId: string;
  readonly name: Personal;
  readonly handle: string | null;
};

/** The person as she is found; an erased one is not. */
export function personDocument({ userId: id, name, handle }: Known, version: bigint): IndexChange {
  if (name === null) return { kind: 'remove', id, version };
  const document = {
    of: 'person',
    id,
    version,
    displayName: name,
    handle: handle || null,
  } as const;
  return { kind: 'put', document };
}
