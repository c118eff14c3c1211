import type { Json } from '../json.ts';
import type { AccountState, RegisteredAccount } from './state.ts';
import { initialState } from './state.ts';

/** Raised with every change of the state's meaning: older snapshots are then passed over. */
export const accountStateVersion = 1;

/** Holds open names: whoever stores it seals it first. */
export function snapshot(state: AccountState): Json {
  if (state.situation === 'none') return { version: accountStateVersion, ...state };
  const { registeredAs, handle, about, fields, preferences, ...plain } = state;
  return {
    ...plain,
    version: accountStateVersion,
    registeredAs: { ...registeredAs, handle: orAbsent(registeredAs.handle) },
    handle: orAbsent(handle),
    about: orAbsent(about),
    fields: fields.map((field) => ({ ...field })),
    preferences: { ...preferences },
  };
}

/** Null when it is not a snapshot of this version: load from the events instead. */
export function fromSnapshot(json: Json): AccountState | null {
  const stored = json as Stored | null; // our own writing, told by its version
  if (stored?.version !== accountStateVersion) return null;
  if (stored.situation === 'none') return { ...initialState(), revision: stored.revision };
  const { version: _, registeredAs, handle, about, ...plain } = stored;
  return {
    ...plain,
    registeredAs: { ...registeredAs, handle: fromAbsent(registeredAs.handle) },
    handle: fromAbsent(handle),
    about: fromAbsent(about),
  };
}

/** JSON knows no undefined, and null is an erased text. */
type Absent = { readonly absent: true };
type OrAbsent = string | null | Absent;
type StoredAccount = Omit<RegisteredAccount, 'registeredAs' | 'handle' | 'about'> & {
  readonly registeredAs: Omit<RegisteredAccount['registeredAs'], 'handle'> & {
    readonly handle: OrAbsent;
  };
  readonly handle: OrAbsent;
  readonly about: OrAbsent;
};
type Stored = { readonly version: number } & (
  | Extract<AccountState, { situation: 'none' }>
  | StoredAccount
);

function orAbsent(text: string | null | undefined): OrAbsent {
  return text === undefined ? { absent: true } : text;
}

function fromAbsent(stored: OrAbsent): string | null | undefined {
  return typeof stored === 'object' && stored !== null ? undefined : stored;
}
