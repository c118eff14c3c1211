import type { AccountKind, Preferences } from '../../domain/account/events.ts';
import type { UserId } from '../../domain/ids.ts';
import type { Personal } from '../../domain/personal.ts';

/** A profile as it stands. A null name is an erased person's. */
export type PersonView = {
  readonly userId: UserId;
  readonly kind: AccountKind;
  readonly name: Personal;
  readonly handle: string | null;
  readonly about: Personal;
  readonly fields: readonly { readonly label: Personal; readonly value: Personal }[];
  readonly preferences: Preferences;
  readonly imported: boolean;
  readonly position: bigint; // of the event that changed it last
};
