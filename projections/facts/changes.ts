import type { AccountEvent } from '../../domain/account/events.ts';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { FactValue } from '../../ops/adapters/analytics/port.ts';
import type { Names } from '../../ops/vault/port.ts';
import type { TableName } from './tables.ts';

/** A row for a table of the facts; the same event under the same names makes the same rows. */
export type FactRow = {
  readonly table: TableName;
  readonly values: Readonly<Record<string, FactValue>>;
};

/** What an event adds. No text, name or address of it is looked at. */
export function changes(recorded: ParleyEvent, names: Names): readonly FactRow[] {
  const fact = factOf(recorded, names);
  return [
    { table: 'fact_events', values: fact },
    ...more(recorded, names),
    ...active(recorded, names),
  ];
}

/** Whose pseudonyms `changes` will ask for. */
export function namedIn(recorded: ParleyEvent): {
  readonly people: readonly UserId[];
  readonly conversations: readonly ConversationId[];
} {
  if (recorded.category === 'account') return { people: [recorded.userId], conversations: [] };
  const conversations = [recorded.conversationId];
  if (recorded.category === 'participation') return { people: [recorded.userId], conversations };
  const { event } = recorded;
  const members = 'members' in event ? event.members.map(({ user }) => user) : [];
  const other = 'user' in event ? [event.user] : [];
  return { people: [actorOf(event), ...other, ...members], conversations };
}

type OfConversation = Extract<ParleyEvent, { readonly category: 'conversation' }>;
type Sent = Extract<ConversationEvent, { readonly type: 'message-sent' }>;

/** Whoever the erased person was, she is counted as nobody from now on. */
const nobody = '0';

function factOf(recorded: ParleyEvent, names: Names): FactRow['values'] {
  const { position, recordedAtMs, event } = recorded;
  return {
    position: `${position}`,
    event: event.type,
    ...{ kind: kindOf(event), place: placeOf(event) },
    person: names.person(
      recorded.category === 'conversation' ? actorOf(recorded.event) : recorded.userId,
    ),
    conversation:
      recorded.category === 'account' ? nobody : names.conversation(recorded.conversationId),
    ...{ number: numberOf(event), people: peopleIn(event) },
    read_number: event.type === 'marks-moved' ? event.readUpTo : 0,
    reply: event.type === 'message-sent' && event.replyTo !== undefined,
    imported: isImported(event),
    occurred_at: time(occurredMs(recorded)),
    stored_at: time(recordedAtMs),
  };
}

type AnyEvent = AccountEvent | ConversationEvent | ParticipationEvent;

function kindOf(event: AnyEvent): string {
  if (event.type === 'message-sent') return event.form;
  return 'kind' in event ? event.kind : '';
}

function placeOf(event: AnyEvent): string {
  if (event.type !== 'message-sent') return '';
  return event.peer === undefined ? 'shared' : 'direct';
}

function numberOf(event: AnyEvent): number {
  if (event.type === 'marks-moved') return event.deliveredUpTo;
  return 'number' in event ? event.number : 0;
}

function peopleIn(event: AnyEvent): number {
  if ('members' in event) return event.members.length;
  return 'user' in event && 'by' in event ? 1 : 0;
}

function isImported(event: AnyEvent): boolean {
  if (event.type === 'registered') return event.origin === 'import';
  return event.type === 'message-sent' && event.claimedAtMs !== undefined;
}

function actorOf(event: ConversationEvent): UserId {
  if ('author' in event) return event.author;
  return 'by' in event ? event.by : event.user;
}

function occurredMs({ event, recordedAtMs }: ParleyEvent): number {
  return event.type === 'message-sent' ? (event.claimedAtMs ?? event.atMs) : recordedAtMs;
}

function more(recorded: ParleyEvent, names: Names): readonly FactRow[] {
  if (recorded.category === 'account') return account(recorded, names);
  if (recorded.category === 'participation') return participation(recorded, names);
  return [
    ...message(recorded, names),
    ...members(recorded, names),
    ...ofConversation(recorded, names),
  ];
}

function account(
  { userId, event, recordedAtMs }: Extract<ParleyEvent, { readonly category: 'account' }>,
  names: Names,
): readonly FactRow[] {
  if (event.type !== 'registered') return [];
  const { kind } = event;
  const values = { kind, imported: isImported(event), registered_at: time(recordedAtMs) };
  return ofPerson('dim_person', names.person(userId), values);
}

function participation(
  recorded: Extract<ParleyEvent, { readonly category: 'participation' }>,
  names: Names,
): readonly FactRow[] {
  const { event, recordedAtMs, userId } = recorded;
  const conversation = names.conversation(recorded.conversationId);
  const person = names.person(userId);
  const at = time(recordedAtMs);
  switch (event.type) {
    case 'marks-moved':
      return [
        { mark: 'delivered', number: event.deliveredUpTo },
        { mark: 'read', number: event.readUpTo },
      ]
        .filter(({ number }) => number > 0)
        .flatMap((mark) =>
          ofPerson('fact_marks', person, { conversation, ...mark, marked_at: at }),
        );
    case 'channel-joined':
      return ofPerson('fact_memberships', person, { conversation, joined_at: at });
    case 'channel-left':
      return ofPerson('fact_memberships', person, { conversation, left_at: at });
    default:
      return [];
  }
}

function message(recorded: OfConversation, names: Names): readonly FactRow[] {
  const { event, recordedAtMs, position } = recorded;
  const at = time(recordedAtMs);
  const key = {
    conversation: names.conversation(recorded.conversationId),
    number: numberOf(event),
  };
  const row = (values: FactRow['values']): FactRow => ({
    table: 'fact_messages',
    values: { ...key, ...values },
  });
  if (event.type === 'message-edited') return [row({ edits: [`${position}`], edited_at: at })];
  if (event.type === 'message-deleted') return [row({ deleted_at: at })];
  if (event.type !== 'message-sent') return [];
  const occurred_at = time(occurredMs(recorded));
  const author = names.person(event.author);
  const numbers = { first_number: event.number, last_number: event.number };
  const authorship = { conversation: key.conversation, author, ...numbers };
  return [
    row({ ...sent(event), author, position: `${position}`, occurred_at, stored_at: at }),
    ...(author === nobody ? [] : [{ table: 'fact_authorships', values: authorship } as const]),
    {
      table: 'talking_days',
      values: { day: occurred_at.slice(0, 10), conversation: key.conversation },
    },
  ];
}

function sent(event: Sent): FactRow['values'] {
  return {
    form: event.form,
    place: placeOf(event),
    reply_to: event.replyTo ?? 0,
    imported: isImported(event),
  };
}

function members(recorded: OfConversation, names: Names): readonly FactRow[] {
  const { event, recordedAtMs } = recorded;
  const conversation = names.conversation(recorded.conversationId);
  const at = time(recordedAtMs);
  const came = (user: UserId) =>
    ofPerson('fact_memberships', names.person(user), { conversation, joined_at: at });
  if (event.type === 'conversation-started' || event.type === 'members-added') {
    return event.members.flatMap(({ user }) => came(user));
  }
  if (event.type === 'member-joined') return came(event.user);
  if (event.type !== 'member-left' && event.type !== 'member-removed') return [];
  return ofPerson('fact_memberships', names.person(event.user), { conversation, left_at: at });
}

function ofConversation(recorded: OfConversation, names: Names): readonly FactRow[] {
  const { event, recordedAtMs } = recorded;
  const conversation = names.conversation(recorded.conversationId);
  const at = time(recordedAtMs);
  if (event.type === 'conversation-started') {
    const values = { conversation, kind: event.kind, started_at: at };
    return [{ table: 'dim_conversation', values }];
  }
  if (event.type !== 'conversation-closed') return [];
  return [{ table: 'dim_conversation', values: { conversation, closed_at: at } }];
}

/** What somebody does on purpose, here and now: the figure active_people says which. */
function active(recorded: ParleyEvent, names: Names): readonly FactRow[] {
  const { event, category } = recorded;
  const day = time(occurredMs(recorded)).slice(0, 10);
  const on = (user: UserId, wrote: boolean) =>
    ofPerson('active_days', names.person(user), { day, wrote });
  if (category === 'participation') {
    // Only reading brings the read mark up to the delivered one: a delivery moves that one alone.
    const read = event.type === 'marks-moved' && event.readUpTo === event.deliveredUpTo;
    return read ? on(recorded.userId, false) : [];
  }
  if (event.type === 'message-sent') return isImported(event) ? [] : on(event.author, true);
  const purposeful = ['message-edited', 'message-deleted', 'reaction-added', 'reaction-removed'];
  if (category !== 'conversation' || !purposeful.includes(event.type)) return [];
  return on(actorOf(event), false);
}

/** Rows whose key is a person need one. */
function ofPerson(table: TableName, person: string, values: FactRow['values']): readonly FactRow[] {
  return person === nobody ? [] : [{ table, values: { ...values, person } }];
}

const lastMs = Date.UTC(2106, 0, 1); // what the engine's plain times can say

/** A moment as the engine reads it, in UTC; a claim before 1970 or after 2105 is moved there. */
export function time(atMs: number): string {
  const bounded = Math.min(Math.max(atMs, 0), lastMs);
  return new Date(bounded).toISOString().slice(0, 23).replace('T', ' ');
}
