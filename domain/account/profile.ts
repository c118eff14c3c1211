import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import { isLongerThan, isMalformed, isVisible } from '../text.ts';
import type { AccountRefusal, ChangeProfile } from './commands.ts';
import type { ProfileChanged, ProfileField } from './events.ts';
import {
  aboutCodePointsMax,
  fieldCodePointsMax,
  handlePattern,
  nameCodePointsMax,
  profileFieldsMax,
} from './limits.ts';
import type { RegisteredAccount } from './state.ts';

/** All of it or nothing; the event holds only what differs from now. */
export function changeProfile(
  command: ChangeProfile,
  state: RegisteredAccount,
): Decision<ProfileChanged, AccountRefusal> {
  const refusal =
    unlessAbsent(command.name, unfitName) ??
    unlessAbsent(command.handle || undefined, unfitHandle) ??
    unlessAbsent(command.about, unfitAbout) ??
    unlessAbsent(command.fields, unfitFields);
  if (refusal) return refuse(refusal);
  const changes = changesOf(command, state);
  return Object.keys(changes).length === 0
    ? accept()
    : accept({ type: 'profile-changed', ...changes });
}

export function unfitName(name: string): AccountRefusal | null {
  if (isMalformed(name)) return { kind: 'text-malformed' };
  if (!isVisible(name)) return { kind: 'name-empty' };
  return isLongerThan(name, nameCodePointsMax)
    ? { kind: 'name-too-long', maxCodePoints: nameCodePointsMax }
    : null;
}

export function unfitHandle(handle: string): AccountRefusal | null {
  return handlePattern.test(handle) ? null : { kind: 'handle-malformed' };
}

function unfitAbout(about: string): AccountRefusal | null {
  if (isMalformed(about)) return { kind: 'text-malformed' };
  return isLongerThan(about, aboutCodePointsMax)
    ? { kind: 'about-too-long', maxCodePoints: aboutCodePointsMax }
    : null;
}

function unfitFields(fields: readonly ProfileField[]): AccountRefusal | null {
  if (fields.length > profileFieldsMax) return { kind: 'too-many-fields', max: profileFieldsMax };
  const texts = fields.flatMap(({ label, value }) => [label ?? '', value ?? '']);
  if (texts.some(isMalformed)) return { kind: 'text-malformed' };
  return texts.some((text) => isLongerThan(text, fieldCodePointsMax))
    ? { kind: 'field-too-long', maxCodePoints: fieldCodePointsMax }
    : null;
}

function unlessAbsent<Value>(
  value: Value | undefined,
  unfit: (value: Value) => AccountRefusal | null,
): AccountRefusal | null {
  return value === undefined ? null : unfit(value);
}

function changesOf(
  { name, handle, about, fields }: ChangeProfile,
  state: RegisteredAccount,
): Omit<ProfileChanged, 'type'> {
  return {
    ...(name !== undefined && name !== state.name && { name }),
    ...(handle !== undefined && handle !== (state.handle ?? '') && { handle }),
    ...(about !== undefined && about !== (state.about ?? '') && { about }),
    ...(fields !== undefined && !areSame(fields, state.fields) && { fields }),
  };
}

function areSame(some: readonly ProfileField[], others: readonly ProfileField[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ label, value }, index) => {
      const other = others[index];
      return label === other?.label && value === other.value;
    })
  );
}
