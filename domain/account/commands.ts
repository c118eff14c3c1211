import type { AccountKind, Preferences, ProfileField } from './events.ts';

export type Register = {
  readonly type: 'register';
  readonly kind: AccountKind;
  readonly name: string;
  readonly handle: string | undefined;
  readonly origin: 'registration' | 'import';
};
/** Undefined leaves as it is; a handle or about of '' takes it away. */
export type ChangeProfile = {
  readonly type: 'change-profile';
  readonly name?: string | undefined;
  readonly handle?: string | undefined;
  readonly about?: string | undefined;
  readonly fields?: readonly ProfileField[] | undefined;
};
export type ChangePreferences = {
  readonly type: 'change-preferences';
  readonly preferences: Partial<Preferences>;
};

export type AccountCommand = Register | ChangeProfile | ChangePreferences;

export type AccountRefusal =
  | { readonly kind: 'already-registered' } // the same id with other facts
  | { readonly kind: 'not-registered' }
  | { readonly kind: 'text-malformed' } // a lone surrogate cannot be stored as sent
  | { readonly kind: 'name-empty' }
  | { readonly kind: 'name-too-long'; readonly maxCodePoints: number }
  | { readonly kind: 'handle-malformed' } // 3 to 32 of a-z 0-9 _ . and starts with a letter
  | { readonly kind: 'about-too-long'; readonly maxCodePoints: number }
  | { readonly kind: 'too-many-fields'; readonly max: number }
  | { readonly kind: 'field-too-long'; readonly maxCodePoints: number };
