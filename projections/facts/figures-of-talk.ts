import type { Figure } from './figures.ts';

const grain = ['LowCardinality(String)', 'hour, day, week or month.'] as const;
const period = ["DateTime('UTC')", 'Begin of the period; weeks begin on Monday.'] as const;

const latency = `
  SELECT grain, period, mark, sum(r.marks) AS marks,
    quantilesExactWeighted(0.5, 0.9, 0.99)(toUInt64(ceil(exp2(step / 16))), r.marks) AS ms,
    ms[1] AS p50_ms, ms[2] AS p90_ms, ms[3] AS p99_ms
  FROM rollup_latency AS r GROUP BY grain, period, mark`;

const conversations = `
  SELECT d.day AS day, d.kind AS kind, d.started AS started, d.closed AS closed,
    d.talking AS talking
  FROM (
    SELECT day, kind, sum(s) AS started, sum(c) AS closed, sum(t) AS talking FROM (
      SELECT toDate(started_at) AS day, kind, 1 AS s, 0 AS c, 0 AS t FROM dim_conversation
      UNION ALL
      SELECT toDate(assumeNotNull(closed_at)), kind, 0, 1, 0 FROM dim_conversation
      WHERE closed_at IS NOT NULL
      UNION ALL
      SELECT t.day, k.kind, 0, 0, 1 FROM talking_days AS t
      INNER JOIN dim_conversation AS k ON k.conversation = t.conversation
    ) GROUP BY day, kind
  ) AS d`;

/** Figures about what is said. */
export const talk: readonly Figure[] = [
  {
    ...{ number: 5, version: 1, name: 'messages_by_kind' },
    grain: 'grain, period, form, place and origin',
    says: `Messages sent, by when they were sent (imported ones: as their archive claims). A message
that was later deleted counts.`,
    columns: {
      grain,
      period,
      form: ['LowCardinality(String)', 'text or action.'],
      place: ['LowCardinality(String)', 'direct, or shared: in a group or channel.'],
      imported: ['Bool', 'Whether they came with an archive.'],
      messages: ['UInt64', 'How many.'],
    },
    sql: `SELECT grain, period, kind AS form, place, imported, events AS messages
      FROM rollup_events WHERE event = 'message-sent'`,
  },
  {
    ...{ number: 6, version: 1, name: 'delivery_latency' },
    grain: 'grain, period and mark',
    says: `From when the log took a message until the delivered mark (or the read mark) of somebody
else first came to rest on it, by when that was. A mark that covers several messages counts once,
for the newest. Imported messages do not count. Percentiles are upper ends of steps 4.4 % wide.`,
    columns: {
      grain,
      period,
      mark: ['LowCardinality(String)', 'delivered or read.'],
      marks: ['UInt64', 'How many.'],
      p50_ms: ['UInt64', 'Half of them took at most so long, in ms.'],
      p90_ms: ['UInt64', 'Nine in ten.'],
      p99_ms: ['UInt64', 'Ninety-nine in a hundred.'],
    },
    sql: `SELECT grain, period, mark, marks, p50_ms, p90_ms, p99_ms FROM (${latency})`,
  },
  {
    ...{ number: 7, version: 1, name: 'conversations_by_kind', grain: 'UTC day and kind' },
    says: `Conversations that were started or closed on a UTC day, and those in which something was
said (imported messages: on the day that their archive claims).`,
    columns: {
      day: ['Date', 'UTC day.'],
      kind: ['LowCardinality(String)', 'direct, group or channel.'],
      started: ['UInt64', 'Started that day.'],
      closed: ['UInt64', 'Closed that day.'],
      talking: ['UInt64', 'In which something was said.'],
    },
    sql: conversations,
  },
  {
    ...{ number: 8, version: 1, name: 'usage_statistics' },
    grain: 'grain, period, event and origin',
    says: `Everything that happened, counted by type of event: registrations, messages, edits,
reactions, marks and all others.`,
    columns: {
      grain,
      period,
      event: ['LowCardinality(String)', 'Type of the event.'],
      imported: ['Bool', 'Whether it came with an archive.'],
      events: ['UInt64', 'How many.'],
    },
    sql: `SELECT grain, period, event, imported, sum(r.events) AS events
      FROM rollup_events AS r GROUP BY grain, period, event, imported`,
  },
];
