import type { Personal } from '../personal.ts';

// These shapes are stored; version with care (schemas/README.md).

export type AccountKind = 'person' | 'bot' | 'service';

export type ProfileField = { readonly label: Personal; readonly value: Personal };

/** What a person chose for all her devices. */
export type Preferences = {
  readonly language: string; // BCP 47 tag
  readonly theme: 'system' | 'light' | 'dark';
  readonly readMarks: boolean; // others may see how far she has read, and she may see theirs
};

export type Registered = {
  readonly type: 'registered';
  readonly kind: AccountKind;
  readonly name: Personal;
  readonly handle: Personal | undefined; // undefined: has none
  readonly origin: 'registration' | 'import'; // imported accounts have no password until claimed
};
/** Holds only what changed. A handle or about of '' takes it away. */
export type ProfileChanged = {
  readonly type: 'profile-changed';
  readonly name?: Personal;
  readonly handle?: Personal;
  readonly about?: Personal;
  readonly fields?: readonly ProfileField[];
};
export type PreferencesChanged = {
  readonly type: 'preferences-changed';
  readonly preferences: Preferences;
};

export type AccountEvent = Registered | ProfileChanged | PreferencesChanged;
