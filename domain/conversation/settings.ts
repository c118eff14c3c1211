import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import { isLongerThan, isMalformed, isVisible } from '../text.ts';
import { forbids, needOf } from './access.ts';
import type { ConversationRefusal, UpdateConversation } from './commands.ts';
import type {
  ConversationKind,
  ConversationSettings,
  DetailsChanged,
  SettingsChanged,
} from './events.ts';
import {
  aboutCodePointsMax,
  editWindowMsMax,
  settingsDefaults,
  titleCodePointsMax,
} from './limits.ts';
import type { BegunConversation } from './state.ts';

/** Title and about as `editing` allows; settings are the admins'. All of it or nothing. */
export function updateConversation(
  command: UpdateConversation,
  state: BegunConversation,
): Decision<DetailsChanged | SettingsChanged, ConversationRefusal> {
  const settings = withChosen(state.settings, command.settings ?? {});
  const refusal =
    forbids(state, command.by, command.settings ? 'admin' : needOf(state.settings.editing)) ??
    (state.kind === 'direct' ? ({ kind: 'not-in-direct' } as const) : null) ??
    (command.title === undefined ? null : unfitTitle(command.title)) ??
    (command.about === undefined ? null : unfitAbout(command.about)) ??
    outOfRange(state.kind, settings);
  if (refusal) return refuse(refusal);
  const events: (DetailsChanged | SettingsChanged)[] = [];
  if (asksForNewDetails(command, state)) events.push(detailsChanged(command));
  if (!areSame(settings, state.settings)) {
    events.push({ type: 'settings-changed', by: command.by, settings });
  }
  return accept(...events);
}

export function unfitTitle(title: string): ConversationRefusal | null {
  if (isMalformed(title)) return { kind: 'text-malformed' };
  if (!isVisible(title)) return { kind: 'title-empty' };
  return isLongerThan(title, titleCodePointsMax)
    ? { kind: 'title-too-long', maxCodePoints: titleCodePointsMax }
    : null;
}

export function unfitAbout(about: string): ConversationRefusal | null {
  if (isMalformed(about)) return { kind: 'text-malformed' };
  return isLongerThan(about, aboutCodePointsMax)
    ? { kind: 'about-too-long', maxCodePoints: aboutCodePointsMax }
    : null;
}

/** Only the edit window and the history are for a pair to choose; in a channel admins post. */
export function outOfRange(
  kind: ConversationKind,
  settings: ConversationSettings,
): ConversationRefusal | null {
  const { editWindowMs } = settings;
  if (!Number.isSafeInteger(editWindowMs) || editWindowMs < 0 || editWindowMs > editWindowMsMax) {
    return { kind: 'setting-out-of-range', setting: 'editWindowMs' };
  }
  const setting = fixed[kind].find((name) => settings[name] !== settingsDefaults[kind][name]);
  return setting ? { kind: 'setting-out-of-range', setting } : null;
}

/** What was not chosen stays. */
export function withChosen(
  settings: ConversationSettings,
  chosen: Partial<ConversationSettings>,
): ConversationSettings {
  return {
    editWindowMs: chosen.editWindowMs ?? settings.editWindowMs,
    posting: chosen.posting ?? settings.posting,
    adding: chosen.adding ?? settings.adding,
    editing: chosen.editing ?? settings.editing,
    joining: chosen.joining ?? settings.joining,
    history: chosen.history ?? settings.history,
  };
}

const fixed: Readonly<Record<ConversationKind, readonly (keyof ConversationSettings)[]>> = {
  direct: ['posting', 'adding', 'editing', 'joining'],
  group: [],
  channel: ['posting', 'adding'],
};

function asksForNewDetails(command: UpdateConversation, state: BegunConversation): boolean {
  if (command.title === undefined && command.about === undefined) return false;
  return command.detailsTag === undefined || command.detailsTag !== state.detailsTag;
}

function detailsChanged({ by, title, about, detailsTag }: UpdateConversation): DetailsChanged {
  return {
    type: 'details-changed',
    by,
    ...(title !== undefined && { title }),
    ...(about !== undefined && { about }),
    ...(detailsTag !== undefined && { detailsTag }),
  };
}

function areSame(one: ConversationSettings, other: ConversationSettings): boolean {
  return settingNames.every((name) => one[name] === other[name]);
}

const settingNames: readonly (keyof ConversationSettings)[] = [
  'editWindowMs',
  'posting',
  'adding',
  'editing',
  'joining',
  'history',
];
