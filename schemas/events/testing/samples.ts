import type { AccountEvent } from '../../../domain/account/events.ts';
import type { ConversationEvent } from '../../../domain/conversation/events.ts';
import type { ClientId, UserId } from '../../../domain/ids.ts';
import type { ParticipationEvent } from '../../../domain/participation/events.ts';

export const ada = '0198f1d2-0000-7000-8000-00000000000a' as UserId;
export const bob = '0198f1d2-0000-7000-8000-00000000000b' as UserId;
export const conversationKey = '0198f1d2-0000-7000-8000-0000000000c0';
/** 15 August 2025. */
export const clientId = '0198ad6e-7c00-7000-8000-0000000000d1' as ClientId;
export const atMs = Date.UTC(2026, 10, 23, 18);

const settings = {
  ...{ editWindowMs: 3_600_000, posting: 'members', adding: 'members', editing: 'admins' },
  ...{ joining: 'invited', history: 'everything' },
} as const;

/** One event of every type, every personal field filled with the text given. */
export function accountSamples(text: string): readonly AccountEvent[] {
  const fields = [{ label: `label ${text}`, value: `value ${text}` }];
  return [
    ...[{ type: 'registered', kind: 'person', name: text, handle: text, origin: 'registration' }],
    { type: 'profile-changed', name: text, handle: text, about: text, fields },
    {
      type: 'preferences-changed',
      preferences: { language: 'de', theme: 'dark', readMarks: false },
    },
  ] as readonly AccountEvent[];
}

export function conversationSamples(text: string): readonly ConversationEvent[] {
  const arrival = { atNumber: 3, seesFrom: 4 };
  return [
    {
      ...{ type: 'conversation-started', kind: 'group', by: ada, title: text, about: text },
      ...{ members: [{ user: ada, role: 'owner' }], settings },
    },
    { type: 'details-changed', by: ada, title: text, about: text, detailsTag: 'tag' },
    { type: 'settings-changed', by: ada, settings },
    { type: 'members-added', by: ada, members: [{ user: bob, role: 'member' }], ...arrival },
    { type: 'member-joined', user: bob, ...arrival },
    { type: 'member-removed', user: bob, by: ada, atNumber: 5 },
    { type: 'member-left', user: bob, atNumber: 5 },
    { type: 'role-changed', user: bob, role: 'admin', by: ada },
    { type: 'conversation-closed', by: ada },
    {
      ...{ type: 'message-sent', number: 4, atMs, author: ada, peer: bob, clientId },
      ...{ contentTag: 'tag', form: 'text', text, replyTo: 2, claimedAtMs: atMs - 5_000 },
    },
    { type: 'message-edited', number: 4, by: ada, contentTag: 'tag 2', text },
    { type: 'message-deleted', number: 4, by: ada },
    { type: 'reaction-added', number: 4, by: bob, emoji: '👍' },
    { type: 'reaction-removed', number: 4, by: bob, emoji: '👍' },
    { type: 'message-pinned', number: 4, by: ada },
    { type: 'message-unpinned', number: 4, by: ada },
  ] as readonly ConversationEvent[];
}

export const participationSamples: readonly ParticipationEvent[] = [
  { type: 'marks-moved', deliveredUpTo: 9, readUpTo: 7 },
  { type: 'marked-unread' },
  { type: 'unread-mark-cleared' },
  { type: 'muted', untilMs: atMs },
  { type: 'unmuted' },
  { type: 'archived' },
  { type: 'unarchived' },
  { type: 'conversation-pinned' },
  { type: 'conversation-unpinned' },
  { type: 'history-cleared', upTo: 7 },
  { type: 'message-hidden', number: 7 },
  { type: 'channel-joined', atNumber: 7, seesFrom: 8 },
  { type: 'channel-left', atNumber: 9 },
];

/** What golden samples of older versions read as today, by their path below `golden/`. */
export const olderSamples: Readonly<Record<string, object>> = {
  'participation/channel-joined.v1': { type: 'channel-joined', atNumber: 7, seesFrom: 1 },
};
