import type { Table } from './table.ts';
import { counted, folded, loadedAt, moment, plain, word } from './table.ts';

const person = (says: string) =>
  plain('UInt64', `${says}: a pseudonym, nobody’s name; 0 where the key is gone or nobody acted.`);
const conversation = plain('UInt64', 'Pseudonym of the conversation; 0 where there is none.');
const position = plain('UInt64', 'Place of the event in the whole log.');
const imported = plain('Bool', 'Whether it came with an archive, not from somebody here.');
const occurred = 'When it happened (UTC): as an archive claims it, otherwise when it was decided.';
const stored = 'When the log took it (UTC).';
const place = 'direct or shared, for what happens to messages being sent; otherwise empty.';

/** What the facts are kept in. Rows and meanings that change raise the version of the facts. */
export const tables = {
  fact_events: {
    says: 'Everything that happened, without texts.',
    grain: 'domain event',
    fold: 'newest',
    key: ['position'],
    order: ['toStartOfHour(occurred_at)', 'event', 'position'],
    byYearOf: 'stored_at',
    columns: {
      position,
      event: plain(word, 'Type of the event, as in schemas/events.'),
      kind: plain(word, 'Of what kind: form of a message, kind of an account or conversation.'),
      place: plain(word, place),
      person: person('Who did it'),
      conversation,
      number: plain('UInt32', 'Number of the message it is about, or delivered up to; 0: none.'),
      read_number: plain('UInt32', 'Of marks: number of the message read up to; otherwise 0.'),
      people: plain('UInt32', 'How many people it names beside who did it.'),
      reply: plain('Bool', 'Whether a message answers another one.'),
      imported,
      occurred_at: plain(moment, occurred),
      stored_at: plain(moment, stored),
      loaded_at: loadedAt(),
    },
  },
  fact_messages: {
    says: 'Messages with what became of them.',
    grain: 'message',
    fold: 'merged',
    key: ['conversation', 'number'],
    soughtByKey: true,
    columns: {
      conversation,
      number: plain('UInt32', 'Number of the message in its conversation, from 1.'),
      author: folded('max', 'UInt64', 'Pseudonym of who wrote it; 0 where the key is gone.'),
      form: folded('max', word, 'text or action.'),
      place: folded('max', word, 'direct or shared.'),
      reply_to: folded('max', 'UInt32', 'Number of the message that it answers; 0: none.'),
      imported: folded('max', 'Bool', imported.says),
      position: folded('max', 'UInt64', 'Place in the log of the event that sent it.'),
      occurred_at: folded('max', moment, occurred),
      stored_at: folded('max', moment, stored),
      edits: counted('How often it was edited.'),
      edited_at: folded('max', `Nullable(${moment})`, 'When it was last edited (UTC).'),
      deleted_at: folded('max', `Nullable(${moment})`, 'When it was deleted for everyone (UTC).'),
    },
  },
  fact_marks: {
    says: 'How far people had what was said; a mark stands for the newest message it covers.',
    grain: 'message that a mark of a person came to rest on, and mark',
    fold: 'merged',
    key: ['conversation', 'number', 'person', 'mark'],
    soughtByKey: true,
    columns: {
      conversation,
      number: plain('UInt32', 'Number of the newest message it covers.'),
      person: person('Whose mark'),
      mark: plain(word, 'delivered or read.'),
      marked_at: folded('min', moment, 'When it first came there (UTC).'),
    },
  },
  fact_memberships: {
    says: 'Who was ever in which conversation.',
    grain: 'conversation and person',
    fold: 'merged',
    key: ['conversation', 'person'],
    columns: {
      conversation,
      person: person('Who'),
      joined_at: folded('min', `Nullable(${moment})`, 'When she first came (UTC).'),
      left_at: folded('max', `Nullable(${moment})`, 'When she last went (UTC); null: never.'),
    },
  },
  fact_authorships: {
    says: 'Who wrote where.',
    grain: 'conversation and author',
    fold: 'merged',
    key: ['conversation', 'author'],
    columns: {
      conversation,
      author: person('Who'),
      first_number: folded('min', 'UInt32', 'Number of her first message there.'),
      last_number: folded('max', 'UInt32', 'Number of her last message there.'),
    },
  },
  active_days: {
    says: 'Days on which people did something on purpose: see the figure active_people.',
    grain: 'UTC day and person',
    fold: 'merged',
    key: ['person', 'day'],
    columns: {
      day: plain('Date', 'UTC day.'),
      person: person('Who'),
      wrote: folded('max', 'Bool', 'Whether she sent a message that day.'),
    },
  },
  talking_days: {
    says: 'Days on which something was said in a conversation; imported messages count too.',
    grain: 'UTC day and conversation',
    fold: 'newest',
    key: ['day', 'conversation'],
    columns: { day: plain('Date', 'UTC day.'), conversation },
  },
  dim_person: {
    says: 'Accounts.',
    grain: 'account',
    fold: 'newest',
    key: ['person'],
    columns: {
      person: person('Whose account'),
      kind: plain(word, 'person, bot or service.'),
      imported,
      registered_at: plain(moment, 'When it was registered (UTC).'),
    },
  },
  dim_conversation: {
    says: 'Conversations.',
    grain: 'conversation',
    fold: 'merged',
    key: ['conversation'],
    columns: {
      conversation,
      kind: folded('max', word, 'direct, group or channel.'),
      started_at: folded('max', moment, 'When it was started (UTC).'),
      closed_at: folded('max', `Nullable(${moment})`, 'When it was closed (UTC); null: open.'),
    },
  },
  rollup_events: {
    says: 'Events counted, by hour, day, week and month (UTC; weeks begin on Monday).',
    grain: 'grain, period, event, kind, place and origin',
    fold: 'merged',
    key: ['grain', 'period', 'event', 'kind', 'place', 'imported'],
    columns: {
      grain: plain(word, 'hour, day, week or month.'),
      period: plain("DateTime('UTC')", 'Begin of the period, by occurred_at.'),
      event: plain(word, 'Type of the event.'),
      kind: plain(word, 'As in fact_events.'),
      place: plain(word, place),
      imported,
      events: folded('max', 'UInt64', 'How many.'),
    },
  },
  rollup_latency: {
    says: 'How long it took until a mark reached a message, counted in steps of 2^(1/16).',
    grain: 'grain, period, mark and step',
    fold: 'merged',
    key: ['grain', 'period', 'mark', 'step'],
    columns: {
      grain: plain(word, 'hour, day, week or month.'),
      period: plain("DateTime('UTC')", 'Begin of the period, by when the mark came there.'),
      mark: plain(word, 'delivered or read.'),
      step: plain('UInt16', 'The step s holds times up to 2^(s/16) ms.'),
      marks: folded('max', 'UInt64', 'How many.'),
    },
  },
  facts_progress: {
    says: 'How far the facts are.',
    grain: 'partition of the log',
    fold: 'merged',
    key: ['partition'],
    columns: {
      partition: plain('UInt16', 'Partition of the events topic.'),
      position: folded('max', 'UInt64', 'Everything of it up to here is in the facts.'),
      event_position: folded('max', 'UInt64', 'Place of its newest event; 0: it has none.'),
      stored_at: folded('max', moment, 'When the log took its newest event (UTC).'),
    },
  },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof tables;
