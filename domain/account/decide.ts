import type { Decision } from '../decider.ts';
import { accept, refuse, unreachable } from '../decider.ts';
import type { AccountCommand, AccountRefusal, ChangePreferences, Register } from './commands.ts';
import type { AccountEvent, Preferences, PreferencesChanged, Registered } from './events.ts';
import { changeProfile, unfitHandle, unfitName } from './profile.ts';
import type { AccountState, RegisteredAccount } from './state.ts';

export function decide(
  command: AccountCommand,
  state: AccountState,
): Decision<AccountEvent, AccountRefusal> {
  if (command.type === 'register') return register(command, state);
  if (state.situation === 'none') return refuse({ kind: 'not-registered' });
  switch (command.type) {
    case 'change-profile':
      return changeProfile(command, state);
    case 'change-preferences':
      return changePreferences(command, state);
    default:
      return unreachable(command);
  }
}

/** A repeat is compared with what was registered then, whatever the profile says now. */
function register(
  { kind, name, handle, origin }: Register,
  state: AccountState,
): Decision<Registered, AccountRefusal> {
  if (state.situation === 'registered') {
    const first = state.registeredAs;
    const same = first.kind === kind && first.name === name && first.handle === handle;
    return same && first.origin === origin ? accept() : refuse({ kind: 'already-registered' });
  }
  const refusal = unfitName(name) ?? (handle === undefined ? null : unfitHandle(handle));
  return refusal ? refuse(refusal) : accept({ type: 'registered', kind, name, handle, origin });
}

function changePreferences(
  { preferences: chosen }: ChangePreferences,
  { preferences: now }: RegisteredAccount,
): Decision<PreferencesChanged, never> {
  const preferences: Preferences = {
    language: chosen.language ?? now.language,
    theme: chosen.theme ?? now.theme,
    readMarks: chosen.readMarks ?? now.readMarks,
  };
  const same =
    preferences.language === now.language &&
    preferences.theme === now.theme &&
    preferences.readMarks === now.readMarks;
  return same ? accept() : accept({ type: 'preferences-changed', preferences });
}
