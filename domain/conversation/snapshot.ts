import type { ClientId, UserId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { Amendment } from './amendments.ts';
import { noAmendments, noteAmendment } from './amendments.ts';
import type { ConversationKind, ConversationSettings, Role } from './events.ts';
import type { RememberedMessage } from './memory.ts';
import { emptyMemory, remember, remembered } from './memory.ts';
import { noReactions, noteReaction, reactionNotes } from './reaction-memory.ts';
import type { BegunConversation, ConversationState } from './state.ts';

/** Raised with every change of the state's meaning: older snapshots are then passed over. */
export const conversationStateVersion = 1;

/** Plain data, without any personal text. People are named once and meant by their place. */
export function snapshot(state: ConversationState): Json {
  const { situation, revision } = state;
  const version = conversationStateVersion;
  return situation === 'none' ? { version, situation, revision } : begun(state);
}

/** Null when it is not a snapshot of this version: load from the events instead. */
export function fromSnapshot(json: Json): ConversationState | null {
  const stored = json as Stored | StoredNone | null; // our own writing, told by its version
  if (stored?.version !== conversationStateVersion) return null;
  return stored.situation === 'none'
    ? { situation: 'none', revision: stored.revision }
    : restored(stored);
}

/** A state of its own, for a caller that may have to go back; as dear as a snapshot. */
export function copy(state: ConversationState): ConversationState {
  return state.situation === 'none' ? state : restored(begun(state));
}

type StoredNone = {
  readonly version: number;
  readonly situation: 'none';
  readonly revision: number;
};
type Stored = {
  readonly version: number;
  readonly situation: 'open' | 'closed';
  readonly revision: number;
  readonly kind: ConversationKind;
  readonly startedBy: UserId;
  readonly settings: ConversationSettings;
  readonly detailsTag: string | null;
  readonly lastNumber: number;
  readonly people: readonly UserId[];
  readonly members: readonly (readonly [person: number, role: Role, joinedAtNumber: number])[];
  readonly pins: readonly number[];
  readonly messages: readonly MessageRow[];
  readonly forgottenIdTimeMaxMs: number;
  readonly amendments: readonly (readonly [number: number, change: Amendment])[];
  readonly reactions: readonly ReactionRow[];
  readonly reactionsForgottenUpTo: number;
};
type MessageRow = readonly [
  number: number,
  author: number,
  clientId: ClientId,
  sentContentTag: string,
  sentAtMs: number,
  revision: number,
  newestContentTag: string | 0, // 0: as sent
  deleted: 0 | 1,
];
type ReactionRow = readonly [number: number, person: number, emoji: string, there: 0 | 1];

function begun(state: BegunConversation): Stored {
  const people = new Map<UserId, number>();
  const place = (user: UserId) => placeOf(people, user);
  const members = [...state.members].map(
    ([user, { role, joinedAtNumber }]) => [place(user), role, joinedAtNumber] as const,
  );
  const messages = remembered(state.messages).map((message) => messageRow(message, place));
  const reactions = reactionNotes(state.reactions).map(
    ({ number, user, emoji, there }) => [number, place(user), emoji, there ? 1 : 0] as const,
  );
  return {
    version: conversationStateVersion,
    situation: state.situation,
    revision: state.revision,
    kind: state.kind,
    startedBy: state.startedBy,
    settings: state.settings,
    detailsTag: state.detailsTag ?? null,
    lastNumber: state.lastNumber,
    people: [...people.keys()],
    members,
    pins: [...state.pins],
    messages,
    forgottenIdTimeMaxMs: state.messages.forgottenIdTimeMaxMs,
    amendments: [...state.amendments.older, ...state.amendments.newer],
    reactions,
    reactionsForgottenUpTo: state.reactions.forgottenUpTo,
  };
}

function placeOf(people: Map<UserId, number>, user: UserId): number {
  const known = people.get(user);
  if (known !== undefined) return known;
  people.set(user, people.size);
  return people.size - 1;
}

function messageRow(message: RememberedMessage, place: (user: UserId) => number): MessageRow {
  const { number, author, clientId, sentContentTag, sentAtMs, revision, contentTag } = message;
  const newest = contentTag === sentContentTag ? 0 : contentTag;
  const deleted = message.deleted ? 1 : 0;
  return [number, place(author), clientId, sentContentTag, sentAtMs, revision, newest, deleted];
}

function restored(stored: Stored): BegunConversation {
  const person = (place: number) => stored.people[place] ?? stored.startedBy;
  return {
    situation: stored.situation,
    revision: stored.revision,
    kind: stored.kind,
    startedBy: stored.startedBy,
    settings: stored.settings,
    detailsTag: stored.detailsTag ?? undefined,
    lastNumber: stored.lastNumber,
    members: new Map(
      stored.members.map(([place, role, joinedAtNumber]) => [
        person(place),
        { role, joinedAtNumber },
      ]),
    ),
    pins: new Set(stored.pins),
    messages: restoredMessages(stored, person),
    amendments: restoredAmendments(stored),
    reactions: restoredReactions(stored, person),
  };
}

function restoredMessages(stored: Stored, person: (place: number) => UserId) {
  const memory = emptyMemory();
  for (const row of stored.messages) {
    const [number, author, clientId, sentContentTag, sentAtMs, revision, newest, deleted] = row;
    remember(memory, {
      number,
      author: person(author),
      clientId,
      contentTag: newest === 0 ? sentContentTag : newest,
      sentContentTag,
      sentAtMs,
      deleted: deleted === 1,
      revision,
    });
  }
  memory.forgottenIdTimeMaxMs = stored.forgottenIdTimeMaxMs;
  return memory;
}

function restoredAmendments(stored: Stored) {
  const amendments = noAmendments();
  for (const [number, change] of stored.amendments) noteAmendment(amendments, number, change);
  return amendments;
}

function restoredReactions(stored: Stored, person: (place: number) => UserId) {
  const memory = noReactions();
  for (const [number, place, emoji, there] of stored.reactions) {
    noteReaction(memory, { number, user: person(place), emoji, there: there === 1 });
  }
  memory.forgottenUpTo = stored.reactionsForgottenUpTo;
  return memory;
}
