import type { Personal } from '../personal.ts';
import type { AccountEvent, AccountKind, Preferences, ProfileField, Registered } from './events.ts';

/** Holds open text: it lives in memory, and its snapshots are sealed. */
export type AccountState =
  | { readonly situation: 'none'; readonly revision: number }
  | RegisteredAccount;

export type RegisteredAccount = {
  readonly situation: 'registered';
  readonly revision: number; // of the last event folded; −1 before the first
  readonly registeredAs: Registered; // a repeat of registering is compared with this
  readonly kind: AccountKind;
  readonly origin: 'registration' | 'import';
  readonly name: Personal;
  readonly handle: Personal | undefined; // undefined: has none
  readonly about: Personal | undefined;
  readonly fields: readonly ProfileField[];
  readonly preferences: Preferences;
};

export const defaultPreferences: Preferences = {
  language: 'en',
  theme: 'system',
  readMarks: true,
};

export function initialState(): AccountState {
  return { situation: 'none', revision: -1 };
}

export function evolve(before: AccountState, event: AccountEvent): AccountState {
  const state = { ...before, revision: before.revision + 1 };
  if (state.situation === 'none') {
    return event.type === 'registered' ? registered(event, state.revision) : state;
  }
  switch (event.type) {
    case 'profile-changed':
      return {
        ...state,
        ...(event.name !== undefined && { name: event.name }),
        ...(event.handle !== undefined && {
          handle: event.handle === '' ? undefined : event.handle,
        }),
        ...(event.about !== undefined && { about: event.about === '' ? undefined : event.about }),
        ...(event.fields !== undefined && { fields: event.fields }),
      };
    case 'preferences-changed':
      return { ...state, preferences: event.preferences };
    default:
      return state; // history always loads: a second registration changes nothing
  }
}

function registered(event: Registered, revision: number): RegisteredAccount {
  return {
    situation: 'registered',
    revision,
    registeredAs: event,
    kind: event.kind,
    origin: event.origin,
    name: event.name,
    handle: event.handle,
    about: undefined,
    fields: [],
    preferences: defaultPreferences,
  };
}
