import type { UserId } from '../../domain/ids.ts';
import { parseConversationId, parseParticipationKey, parseUserId } from '../../domain/ids.ts';
import type { EventRecord } from '../../schemas/records/envelope.ts';
import { conversationRoom, personRoom } from '../../schemas/records/gateway-message.ts';

/** Whom a record concerns. */
export type Concerned = {
  readonly rooms: readonly string[];
  /** Whoever shares a conversation with this person is concerned too. */
  readonly companionsOf: UserId | null;
};

const nobody: Concerned = { rooms: [], companionsOf: null };

/** By stream and type alone; what is sealed stays sealed. */
export function concernedBy({ stream, type, data }: EventRecord): Concerned {
  const [category = '', key = ''] = split(stream);
  if (category === 'conversation') return inConversation(key, type, data);
  if (category === 'participation') return inParticipation(key);
  if (category === 'account') return ofAccount(key, type);
  return nobody;
}

/**
 * Who comes or goes may have no device in the conversation's room yet: her own room hears of it
 * too.
 */
function inConversation(key: string, type: string, data: unknown): Concerned {
  const conversationId = parseConversationId(key);
  if (conversationId === null) return nobody;
  const people = membership.has(type) ? peopleNamed(data) : [];
  return {
    rooms: [conversationRoom(conversationId), ...people.map(personRoom)],
    companionsOf: null,
  };
}

function inParticipation(key: string): Concerned {
  const ids = parseParticipationKey(key);
  if (ids === null) return nobody;
  return {
    rooms: [conversationRoom(ids.conversationId), personRoom(ids.userId)],
    companionsOf: null,
  };
}

function ofAccount(key: string, type: string): Concerned {
  const userId = parseUserId(key);
  if (userId === null) return nobody;
  return {
    rooms: [personRoom(userId)],
    companionsOf: type === 'profile-changed' ? userId : null,
  };
}

const membership: ReadonlySet<string> = new Set([
  'conversation-started',
  'members-added',
  'member-joined',
  'member-removed',
  'member-left',
  'role-changed',
]);

function peopleNamed(data: unknown): readonly UserId[] {
  const { user, members } = (data ?? {}) as { readonly user?: unknown; readonly members?: unknown };
  const listed = Array.isArray(members) ? members.map((member) => member?.user) : [];
  return [user, ...listed].flatMap((id) => {
    const userId = typeof id === 'string' ? parseUserId(id) : null;
    return userId === null ? [] : [userId];
  });
}

function split(stream: string): readonly string[] {
  const at = stream.indexOf('-');
  return at === -1 ? [] : [stream.slice(0, at), stream.slice(at + 1)];
}
