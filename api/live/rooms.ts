import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';

/** A person with at least one device here. */
export type Present<Device> = {
  readonly userId: UserId;
  readonly devices: Set<Device>;
  readonly conversations: Set<ConversationId>;
  /** What she cleared while she is here: word of it may come before she is let into the room. */
  readonly clearedUpTo: Map<ConversationId, number>;
  readMarks: boolean; // her preference: shows her marks, and so sees those of others
};

/** First number of a conversation that a present member may see. */
export type SeesFrom = number;

/**
 * Who is here, by person and by conversation, kept by the events themselves: a frame finds its
 * recipients without asking anybody, and costs by the members who are online, not by those who are
 * not.
 */
export type Rooms<Device> = {
  person(userId: UserId): Present<Device> | null;
  enter(userId: UserId, device: Device): Present<Device>;
  /** True when she has no device here any more. */
  leave(userId: UserId, device: Device): boolean;
  join(present: Present<Device>, conversationId: ConversationId, seesFrom: SeesFrom): void;
  part(present: Present<Device>, conversationId: ConversationId): void;
  /** From now on she sees nothing up to here of a conversation that she is in or is let into. */
  clear(present: Present<Device>, conversationId: ConversationId, upTo: number): void;
  members(conversationId: ConversationId): ReadonlyMap<Present<Device>, SeesFrom>;
  stats(): { readonly people: number; readonly conversations: number };
};

export function openRooms<Device>(): Rooms<Device> {
  const people = new Map<UserId, Present<Device>>();
  const conversations = new Map<ConversationId, Map<Present<Device>, SeesFrom>>();
  const nobody: ReadonlyMap<Present<Device>, SeesFrom> = new Map();
  const part = (present: Present<Device>, conversationId: ConversationId): void => {
    present.conversations.delete(conversationId);
    const members = conversations.get(conversationId);
    members?.delete(present);
    if (members?.size === 0) conversations.delete(conversationId);
  };
  return {
    person: (userId) => people.get(userId) ?? null,
    enter: (userId, device) => {
      const present = people.get(userId) ?? newcomer(userId);
      people.set(userId, present);
      present.devices.add(device);
      return present;
    },
    leave: (userId, device) => {
      const present = people.get(userId);
      if (!present) return true;
      present.devices.delete(device);
      if (present.devices.size > 0) return false;
      for (const conversationId of present.conversations) part(present, conversationId);
      people.delete(userId);
      return true;
    },
    join: (present, conversationId, seesFrom) => {
      const members = conversations.get(conversationId) ?? new Map();
      conversations.set(conversationId, members);
      const cleared = present.clearedUpTo.get(conversationId) ?? 0;
      members.set(present, Math.max(seesFrom, cleared + 1));
      present.conversations.add(conversationId);
    },
    part,
    clear: (present, conversationId, upTo) => {
      const before = present.clearedUpTo.get(conversationId) ?? 0;
      present.clearedUpTo.set(conversationId, Math.max(before, upTo));
      const members = conversations.get(conversationId);
      const seesFrom = members?.get(present);
      if (members && seesFrom !== undefined && seesFrom <= upTo) members.set(present, upTo + 1);
    },
    members: (conversationId) => conversations.get(conversationId) ?? nobody,
    stats: () => ({ people: people.size, conversations: conversations.size }),
  };
}

function newcomer<Device>(userId: UserId): Present<Device> {
  return {
    ...{ userId, devices: new Set<Device>(), conversations: new Set<ConversationId>() },
    ...{ clearedUpTo: new Map(), readMarks: true },
  };
}

/** What an event does to membership, seen by a gateway. */
export type MembershipChange = {
  readonly conversationId: ConversationId;
  readonly joined: readonly UserId[];
  readonly left: readonly UserId[];
};

export function membershipChange(recorded: ParleyEvent): MembershipChange | null {
  if (recorded.category === 'account') return null;
  const { conversationId } = recorded;
  if (recorded.category === 'participation') {
    const { userId, event } = recorded;
    if (event.type === 'channel-joined') return { conversationId, joined: [userId], left: [] };
    if (event.type === 'channel-left') return { conversationId, joined: [], left: [userId] };
    return null;
  }
  const { event } = recorded;
  switch (event.type) {
    case 'conversation-started':
    case 'members-added':
      return { conversationId, joined: event.members.map(({ user }) => user), left: [] };
    case 'member-joined':
      return { conversationId, joined: [event.user], left: [] };
    case 'member-removed':
    case 'member-left':
      return { conversationId, joined: [], left: [event.user] };
    default:
      return null;
  }
}
