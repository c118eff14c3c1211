import DataLoader from 'dataloader';
import type { ConversationId, UserId } from '../domain/ids.ts';
import {
  conversationsByIds,
  deliveredCounts,
  membersByKeys,
} from '../projections/conversation-details/read.ts';
import type { ConversationView, MemberView } from '../projections/conversation-details/view.ts';
import { participationsByKeys } from '../projections/inbox/read.ts';
import type { ParticipationView } from '../projections/inbox/view.ts';
import { peopleByIds } from '../projections/people/read.ts';
import type { PersonView } from '../projections/people/view.ts';
import type { MessageKey } from '../projections/timeline/read.ts';
import {
  messageKeyText,
  messagesByNumbers,
  messageVersions,
} from '../projections/timeline/read.ts';
import type { MessageVersionView, MessageView } from '../projections/timeline/view.ts';
import type { ApiDependencies } from './dependencies.ts';
import { unauthenticated } from './errors.ts';

/**
 * What resolvers work with: one for each execution, so that what it loads is loaded set-wise and
 * once.
 */
export type ApiContext = {
  readonly viewer: UserId | null;
  readonly address: string; // of the caller, for limits
  readonly dependencies: ApiDependencies;
  readonly loaders: Loaders;
  readonly wrongToken?: true; // a token came and was none of ours
  cost: {
    readonly requested: number;
    readonly remaining: number;
    readonly resetAtMs: number;
  } | null;
};

export type Loaders = {
  readonly people: DataLoader<UserId, PersonView | null>;
  readonly conversations: DataLoader<ConversationId, ConversationView | null>;
  /** The viewer's own. */
  readonly participations: DataLoader<ConversationId, ParticipationView | null>;
  /** As the viewer may see them: the window is the caller's to check. */
  readonly messages: DataLoader<MessageKey, MessageView | null, string>;
  readonly versions: DataLoader<MessageKey, readonly MessageVersionView[], string>;
  readonly delivered: DataLoader<MessageOfAuthor, number, string>;
  readonly members: DataLoader<MemberKey, MemberView | null, string>;
};
type MessageOfAuthor = MessageKey & { readonly author: UserId };
type MemberKey = { readonly conversationId: ConversationId; readonly userId: UserId };

export function createContext(
  dependencies: ApiDependencies,
  viewer: UserId | null,
  address = 'local',
): ApiContext {
  return { viewer, address, dependencies, loaders: openLoaders(dependencies, viewer), cost: null };
}

/** The viewer, or the error that asks for her. */
export function viewerOf({ viewer }: ApiContext): UserId {
  if (viewer === null) throw unauthenticated();
  return viewer;
}

function openLoaders({ tables }: ApiDependencies, viewer: UserId | null): Loaders {
  const nobody = '00000000-0000-0000-0000-000000000000' as UserId;
  const looker = viewer ?? nobody;
  const byMessage = { cacheKeyFn: messageKeyText };
  return {
    people: new DataLoader(async (ids) => pick(await peopleByIds(tables, ids), ids)),
    conversations: new DataLoader(async (ids) => pick(await conversationsByIds(tables, ids), ids)),
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
    delivered: new DataLoader(
      async (keys: readonly MessageOfAuthor[]) => [...(await deliveredCounts(tables, keys))],
      byMessage,
    ),
    members: new DataLoader(
      async (keys) => pick(await membersByKeys(tables, keys), keys.map(memberKeyText)),
      { cacheKeyFn: memberKeyText },
    ),
  };
}

function memberKeyText({ conversationId, userId }: MemberKey): string {
  return `${conversationId}_${userId}`;
}

function pick<Key, View>(found: ReadonlyMap<Key, View>, keys: readonly Key[]): (View | null)[] {
  return keys.map((key) => found.get(key) ?? null);
}
