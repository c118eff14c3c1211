import type { Figure } from './figures.ts';

const day = ['Date', 'UTC day.'] as const;
/** Of rows by pseudonym: those of people, not of bots and services. */
export const onlyPeople = `person IN (SELECT person FROM dim_person WHERE kind = 'person')`;

/**
 * On how many days of the last k somebody was active is a union of spans: each of her days opens
 * one of k days, which her next day cuts short. So every day adds one and takes one away, and the
 * running sum is exact without looking at any day k times.
 */
const activePeople = `
  SELECT day, daily, weekly, monthly, if(monthly = 0, 0, daily / monthly) AS stickiness FROM (
    SELECT day,
      toUInt64(sum(sum(d)) OVER w) AS daily,
      toUInt64(sum(sum(s)) OVER w) AS weekly,
      toUInt64(sum(sum(m)) OVER w) AS monthly
    FROM (
      SELECT step.1 AS day, step.2 AS d, step.3 AS s, step.4 AS m FROM (
        SELECT arrayJoin([(a.day, 1, 1, 1), (least(a.day + 1, next), -1, 0, 0),
          (least(a.day + 7, next), 0, -1, 0), (least(a.day + 28, next), 0, 0, -1)]) AS step
        FROM (
          SELECT day, leadInFrame(day, 1, toDate('2149-06-06')) OVER (PARTITION BY person
            ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
          FROM active_days WHERE ${onlyPeople}
        ) AS a
      )
    )
    GROUP BY day
    WINDOW w AS (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ORDER BY day WITH FILL STEP toIntervalDay(1) INTERPOLATE (daily, weekly, monthly)
  ) WHERE day <= (SELECT max(day) FROM active_days)`;

const retention = `
  SELECT cohort, toUInt16(dateDiff('week', cohort, week)) AS weeks, first AS people,
    count() AS retained, retained / people AS share
  FROM (
    SELECT cohort, arrayJoin(active) AS week, 
      sum(week = cohort) OVER (PARTITION BY cohort) AS first
    FROM (
      SELECT toMonday(min(day)) AS cohort, groupUniqArray(toMonday(day)) AS active
      FROM active_days WHERE ${onlyPeople} GROUP BY person
    )
  )
  GROUP BY cohort, week, first`;

const answered = `
  SELECT one.1 FROM (
    SELECT groupArray((author, first_number, last_number)) AS authors,
      arrayReverseSort(arrayMap(a -> a.3, authors)) AS lasts
    FROM fact_authorships GROUP BY conversation HAVING length(authors) > 1
  ) ARRAY JOIN authors AS one
  WHERE if(lasts[1] = one.3, lasts[2], lasts[1]) > one.2`;

const funnel = `
  SELECT toMonday(registered_at) AS cohort, count() AS registered,
    countIf(person IN (SELECT person FROM fact_memberships)) AS conversed,
    countIf(person IN (SELECT author FROM fact_authorships)) AS wrote,
    countIf(person IN (${answered})) AS answered
  FROM dim_person WHERE kind = 'person' AND NOT imported
  GROUP BY cohort`;

const engagement = `
  SELECT p.day AS day, p.daily AS active, p.weekly AS active_weekly, p.monthly AS active_monthly,
    p.stickiness AS stickiness, e.senders AS senders, c.messages AS messages,
    if(senders = 0, 0, messages / senders) AS messages_per_sender, c.reactions AS reactions,
    if(messages = 0, 0, reactions / messages) AS reactions_per_message,
    c.edited AS edits, c.deleted AS deletions, n.people AS newly_active
  FROM active_people AS p
  LEFT JOIN (
    SELECT day, countIf(wrote) AS senders FROM active_days WHERE ${onlyPeople} GROUP BY day
  ) AS e ON e.day = p.day
  LEFT JOIN (
    SELECT toDate(period) AS day, sumIf(events, event = 'message-sent') AS messages,
      sumIf(events, event = 'reaction-added') AS reactions,
      sumIf(events, event = 'message-edited') AS edited,
      sumIf(events, event = 'message-deleted') AS deleted
    FROM rollup_events WHERE grain = 'day' AND NOT imported GROUP BY day
  ) AS c ON c.day = p.day
  LEFT JOIN (
    SELECT first AS day, count() AS people FROM (
      SELECT min(day) AS first FROM active_days WHERE ${onlyPeople} GROUP BY person
    ) GROUP BY first
  ) AS n ON n.day = p.day`;

/** Figures about people. */
export const people: readonly Figure[] = [
  {
    ...{ number: 1, version: 1, name: 'active_people', grain: 'UTC day' },
    says: `A person is active on a UTC day on which she sent, edited or deleted a message, added or
took away a reaction, or read all that was delivered to her in a conversation. Deliveries, imported
messages, bots and services do not count. Weekly is 7 days, monthly 28, both up to that day.`,
    columns: {
      day,
      daily: ['UInt64', 'People active that day.'],
      weekly: ['UInt64', 'People active in the 7 days up to it.'],
      monthly: ['UInt64', 'People active in the 28 days up to it.'],
      stickiness: ['Float64', 'daily / monthly.'],
    },
    sql: activePeople,
  },
  {
    ...{ number: 2, version: 1, name: 'retention', grain: 'cohort and week after it' },
    says: `A cohort are the people whose first active day lies in a week that begins on Monday
(UTC). A person is retained in a week on one day of which she is active (figure 1).`,
    columns: {
      cohort: ['Date', 'Monday of the first active week.'],
      weeks: ['UInt16', 'Weeks since; 0 is the first.'],
      people: ['UInt64', 'People in the cohort.'],
      retained: ['UInt64', 'Those of them active in that week.'],
      share: ['Float64', 'retained / people.'],
    },
    sql: retention,
  },
  {
    ...{ number: 3, version: 1, name: 'funnel', grain: 'week of registration' },
    says: `Of the people (no bots, services or imported accounts) who registered in a week
that begins on Monday (UTC): how many were ever in a conversation, ever sent a message, and were
ever answered: somebody else wrote after a message of hers in the same conversation. All up to
now.`,
    columns: {
      cohort: ['Date', 'Monday of the week.'],
      registered: ['UInt64', 'People who registered.'],
      conversed: ['UInt64', 'Those who were in a conversation.'],
      wrote: ['UInt64', 'Those who sent a message.'],
      answered: ['UInt64', 'Those whom another answered.'],
    },
    sql: funnel,
  },
  {
    ...{ number: 4, version: 1, name: 'engagement_metrics', grain: 'UTC day' },
    says: `What active people (figure 1) did on a UTC day. Imported messages do not count. Newly
active are those whose first active day it is.`,
    columns: {
      day,
      active: ['UInt64', 'People active that day.'],
      active_weekly: ['UInt64', 'People active in the 7 days up to it.'],
      active_monthly: ['UInt64', 'People active in the 28 days up to it.'],
      stickiness: ['Float64', 'active / active_monthly.'],
      senders: ['UInt64', 'People who sent a message.'],
      messages: ['UInt64', 'Messages sent, those of bots too.'],
      messages_per_sender: ['Float64', 'messages / senders.'],
      reactions: ['UInt64', 'Reactions added.'],
      reactions_per_message: ['Float64', 'reactions / messages.'],
      edits: ['UInt64', 'Edits of messages.'],
      deletions: ['UInt64', 'Messages deleted for everyone.'],
      newly_active: ['UInt64', 'People active for the first time.'],
    },
    sql: engagement,
  },
];
