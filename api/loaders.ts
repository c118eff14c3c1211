import DataLoader from 'dataloader';
import type { ConversationId, UserId } from '../domain/ids.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import type { MembersPage, MembersPageRow } from '../projections/conversation-details/read.ts';
import {
  conversationsByIds,
  deliveredCounts,
  memberCounts,
  membersByKeys,
  membersPages,
} from '../projections/conversation-details/read.ts';
import type { ConversationView, MemberView } from '../projections/conversation-details/view.ts';
import { participationsByKeys, unreadNumbers } from '../projections/inbox/read.ts';
import type { ParticipationView } from '../projections/inbox/view.ts';
import { peopleByIds } from '../projections/people/read.ts';
import type { PersonView } from '../projections/people/view.ts';
import type { MessageKey, MessagesPage } from '../projections/timeline/read.ts';
import {
  messageKeyText,
  messagesByNumbers,
  messagesPages,
  messageVersions,
  numbersAt,
  reactionsByKeys,
} from '../projections/timeline/read.ts';
import type {
  MessageVersionView,
  MessageView,
  ReactionView,
} from '../projections/timeline/view.ts';
import type { ApiDependencies } from './dependencies.ts';

/**
 * What a document asks for, gathered into one statement of each kind, however many rows ask.
 * Everything but pages is loaded once.
 */
export type Loaders = {
  readonly people: DataLoader<UserId, PersonView | null>;
  readonly conversations: DataLoader<ConversationId, ConversationView | null>;
  readonly memberCounts: DataLoader<ConversationId, number>;
  /** The viewer's own. */
  readonly participations: DataLoader<ConversationId, ParticipationView | null>;
  /** As the viewer may see them: the window is the caller's to check. */
  readonly messages: DataLoader<MessageKey, MessageView | null, string>;
  readonly versions: DataLoader<MessageKey, readonly MessageVersionView[], string>;
  /** As the viewer sees them. */
  readonly reactions: DataLoader<MessageKey, readonly ReactionView[], string>;
  readonly delivered: DataLoader<MessageOfAuthor, number, string>;
  readonly members: DataLoader<MemberKey, MemberView | null, string>;
  readonly membersPages: DataLoader<MembersPage, readonly MembersPageRow[]>;
  /** As the viewer may see them: the window comes with the page. */
  readonly historyPages: DataLoader<HistoryPage, readonly MessageView[]>;
  readonly numbersAt: DataLoader<MomentIn, number | null>;
  readonly unreadNumbers: DataLoader<UnreadPage, readonly number[]>;
};
type HistoryPage = Omit<MessagesPage, 'viewer'>;
type MomentIn = { readonly conversationId: ConversationId; readonly atMs: number };
type UnreadPage = { readonly conversationId: ConversationId; readonly first: number };
type MessageOfAuthor = MessageKey & { readonly author: UserId };
type MemberKey = { readonly conversationId: ConversationId; readonly userId: UserId };

export function openLoaders({ tables }: ApiDependencies, viewer: UserId | null): Loaders {
  const nobody = '00000000-0000-0000-0000-000000000000' as UserId;
  const looker = viewer ?? nobody;
  const byMessage = { cacheKeyFn: messageKeyText };
  return {
    people: new DataLoader(async (ids) => pick(await peopleByIds(tables, ids), ids)),
    conversations: new DataLoader(async (ids) => pick(await conversationsByIds(tables, ids), ids)),
    memberCounts: new DataLoader(async (ids) => {
      const found = await memberCounts(tables, ids);
      return ids.map((id) => found.get(id) ?? 0);
    }),
    participations: new DataLoader(async (ids) =>
      pick(await participationsByKeys(tables, looker, ids), ids),
    ),
    messages: new DataLoader(
      async (keys) => pick(await messagesByNumbers(tables, looker, keys), keys.map(messageKeyText)),
      byMessage,
    ),
    versions: new DataLoader(async (keys) => {
      const found = await messageVersions(tables, keys);
      return keys.map((key) => found.get(messageKeyText(key)) ?? []);
    }, byMessage),
    reactions: new DataLoader(async (keys) => {
      const found = await reactionsByKeys(tables, looker, keys);
      return keys.map((key) => found.get(messageKeyText(key)) ?? []);
    }, byMessage),
    delivered: new DataLoader(
      async (keys: readonly MessageOfAuthor[]) => [...(await deliveredCounts(tables, keys))],
      byMessage,
    ),
    members: new DataLoader(
      async (keys) => pick(await membersByKeys(tables, keys), keys.map(memberKeyText)),
      { cacheKeyFn: memberKeyText },
    ),
    ...pageLoaders(tables, looker),
  };
}

/** Each page is asked for by one field: nothing to keep. */
function pageLoaders(tables: Tables, viewer: UserId) {
  const options = { cache: false };
  return {
    membersPages: new DataLoader(
      (pages: readonly MembersPage[]) => membersPages(tables, pages),
      options,
    ),
    historyPages: new DataLoader(
      (pages: readonly HistoryPage[]) => messagesPages(tables, viewer, pages),
      options,
    ),
    numbersAt: new DataLoader((asked: readonly MomentIn[]) => numbersAt(tables, asked), options),
    unreadNumbers: new DataLoader(
      (asked: readonly UnreadPage[]) => unreadNumbers(tables, viewer, asked),
      options,
    ),
  };
}

function memberKeyText({ conversationId, userId }: MemberKey): string {
  return `${conversationId}_${userId}`;
}

function pick<Key, View>(found: ReadonlyMap<Key, View>, keys: readonly Key[]): (View | null)[] {
  return keys.map((key) => found.get(key) ?? null);
}
