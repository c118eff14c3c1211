import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Change, Row } from '../change.ts';

export function changes(recorded: ParleyEvent): readonly Change[] {
  if (recorded.category === 'conversation') {
    const { conversationId, event, position, revision } = recorded;
    return ofConversation(event, { conversationId, position, revision });
  }
  if (recorded.category === 'participation') {
    const { conversationId, userId, event, position } = recorded;
    return ofParticipation(event, member(conversationId, userId), position);
  }
  return [];
}

type Place = {
  readonly conversationId: ConversationId;
  readonly position: bigint;
  readonly revision: number;
};

function ofConversation(event: ConversationEvent, place: Place): readonly Change[] {
  const { conversationId, position, revision } = place;
  const conversation = (set: Row): Change => ({
    ...{ op: 'upsert', table: 'conversation', key: { conversation_id: conversationId } },
    set: { ...set, revision },
  });
  const at = (user: UserId) => member(conversationId, user);
  switch (event.type) {
    case 'conversation-started': {
      const pair = event.kind === 'direct' ? event.members.map(({ user }) => user) : [];
      return [
        conversation({
          ...{ kind: event.kind, title: event.title, about: event.about },
          ...{ settings: JSON.stringify(event.settings) },
          ...{ direct_a: pair[0] ?? null, direct_b: pair[1] ?? null },
        }),
        ...event.members.map(({ user, role }) =>
          came(at(user), { role, position, ...(event.kind !== 'channel' && { listed: true }) }),
        ),
      ];
    }
    case 'details-changed':
      return [
        conversation({
          ...(event.title !== undefined && { title: event.title }),
          ...(event.about !== undefined && { about: event.about }),
        }),
      ];
    case 'settings-changed':
      return [conversation({ settings: JSON.stringify(event.settings) })];
    case 'conversation-closed':
      return [conversation({ closed: true })];
    case 'members-added':
      return event.members.map(({ user, role }) =>
        came(at(user), { role, position, listed: true, ...event }),
      );
    case 'member-joined':
      return [came(at(event.user), { role: 'member', position, listed: true, ...event })];
    case 'member-removed':
    case 'member-left':
      return [gone(at(event.user), { listed: false, role: 'member', sees_up_to: event.atNumber })];
    case 'role-changed':
      return [{ ...at(event.user), op: 'upsert', set: { role: event.role } }];
    case 'message-sent':
      return [
        conversation({ last_number: event.number }),
        { ...at(event.author), op: 'upsert', set: { own_last_number: event.number } },
      ];
    case 'message-pinned':
      return [{ op: 'upsert', ...pin(conversationId, event.number), set: {} }, conversation({})];
    case 'message-unpinned':
      return [{ op: 'delete', ...pin(conversationId, event.number) }, conversation({})];
    default:
      return [];
  }
}

function ofParticipation(
  event: ParticipationEvent,
  at: ReturnType<typeof member>,
  position: bigint,
): readonly Change[] {
  switch (event.type) {
    case 'marks-moved': {
      const { deliveredUpTo: delivered_up_to, readUpTo: read_up_to } = event;
      return [{ ...at, op: 'upsert', set: { delivered_up_to, read_up_to } }];
    }
    case 'channel-joined':
      return [came(at, { ...event, position, subscribed: true })];
    case 'channel-left':
      return [gone(at, { subscribed: false, sees_up_to: event.atNumber })];
    default:
      return [];
  }
}

function member(conversationId: ConversationId, userId: UserId) {
  return { table: 'member', key: { conversation_id: conversationId, user_id: userId } } as const;
}

function pin(conversationId: ConversationId, number: number) {
  return { table: 'pin', key: { conversation_id: conversationId, number } } as const;
}

/** A channel's owner who subscribes keeps her role: without one none is set. */
function came(
  at: ReturnType<typeof member>,
  {
    role,
    position,
    listed = false,
    subscribed = false,
    atNumber = 0,
    seesFrom = 1,
  }: {
    readonly role?: string;
    readonly position: bigint;
    readonly listed?: boolean;
    readonly subscribed?: boolean;
    readonly atNumber?: number;
    readonly seesFrom?: number;
  },
): Change {
  const set = { joined_at_number: atNumber, sees_from: seesFrom, sees_up_to: null };
  const standing = {
    ...(role !== undefined && { role }),
    ...(listed && { listed }),
    ...(subscribed && { subscribed }),
  };
  return { ...at, op: 'upsert', set: { ...set, joined_position: position, ...standing } };
}

function gone(at: ReturnType<typeof member>, set: Row): Change {
  return { ...at, op: 'upsert', set };
}
