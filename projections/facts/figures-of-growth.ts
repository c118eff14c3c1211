import type { Figure } from './figures.ts';
import { onlyPeople } from './figures-of-people.ts';

const frame = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING';
const nobodyYet = `toDate('1970-01-01')`;
const neverAgain = `toDate('2149-06-06')`;

/** Each period of somebody's activity says how she came, and ends in churn where none follows. */
const growthAccounting = `
  SELECT grain, step.1 AS period, countIf(step.2 != 'churned') AS active,
    countIf(step.2 = 'new') AS new, countIf(step.2 = 'retained') AS retained,
    countIf(step.2 = 'resurrected') AS resurrected, countIf(step.2 = 'churned') AS churned
  FROM (
    SELECT grain, arrayJoin(if(next = following, [(period, came)],
      [(period, came), (following, 'churned')])) AS step
    FROM (
      SELECT grain, period, following, leadInFrame(period, 1, ${neverAgain}) OVER w AS next,
        lagInFrame(period, 1, ${nobodyYet}) OVER w AS last,
        multiIf(last = ${nobodyYet}, 'new', last = before, 'retained', 'resurrected') AS came
      FROM (
        SELECT DISTINCT person, g.1 AS grain, g.2 AS period, g.3 AS before, g.4 AS following
        FROM (
          SELECT person, toMonday(day) AS week, toStartOfMonth(day) AS month,
            arrayJoin([('day', day, day - 1, day + 1), ('week', week, week - 7, week + 7),
              ('month', month, addMonths(month, -1), addMonths(month, 1))]) AS g
          FROM active_days WHERE ${onlyPeople}
        )
      )
      WINDOW w AS (PARTITION BY person, grain ORDER BY period ${frame})
    )
  )
  WHERE period <= (SELECT max(day) FROM active_days)
  GROUP BY grain, period`;

/**
 * Each of her days adds one to what somebody holds and takes it away 28 days later; between two
 * such steps she stands among those who hold as many.
 */
const activeDaysOf28 = `
  SELECT day, days, people FROM (
    SELECT days, day, toUInt64(sum(sum(change)) OVER w) AS people
    FROM (
      SELECT step.1 AS days, step.2 AS day, step.3 AS change FROM (
        SELECT arrayJoin([(held, day, 1), (held, until, -1)]) AS step FROM (
          SELECT day, toUInt8(sum(change) OVER (PARTITION BY person ORDER BY day
              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS held,
            leadInFrame(day, 1, day) OVER (PARTITION BY person ORDER BY day ${frame}) AS until
          FROM (
            SELECT person, own.1 AS day, sum(own.2) AS change FROM (
              SELECT person, arrayJoin([(day, 1), (day + 28, -1)]) AS own
              FROM active_days WHERE ${onlyPeople}
            ) GROUP BY person, day
          )
        ) WHERE held > 0
      )
    )
    GROUP BY days, day
    WINDOW w AS (PARTITION BY days ORDER BY day
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ORDER BY days, day WITH FILL STEP toIntervalDay(1) INTERPOLATE (people)
  ) WHERE people > 0 AND day <= (SELECT max(day) FROM active_days)`;

/** Figures about who came, stayed, came back and went. */
export const growth: readonly Figure[] = [
  {
    ...{ number: 9, version: 1, name: 'growth_accounting', grain: 'grain and period' },
    says: `People active in a UTC day, week or month (figure 1), by whether they were before: new
in the first period of theirs, retained where they were active in the period before too, and
resurrected otherwise; these three add up to active. Churned were active in the period before and
are not in this one. The newest period is not over: until it is, its churned may still come.
Periods without any of them have no row.`,
    columns: {
      grain: ['LowCardinality(String)', 'day, week or month.'],
      period: ['Date', 'First day of the period; weeks begin on Monday.'],
      active: ['UInt64', 'People active in the period.'],
      new: ['UInt64', 'Those active for the first time.'],
      retained: ['UInt64', 'Those active in the period before too.'],
      resurrected: ['UInt64', 'Those active before, but not in the period before.'],
      churned: ['UInt64', 'People active in the period before, and not in this one.'],
    },
    sql: growthAccounting,
  },
  {
    ...{ number: 10, version: 1, name: 'active_days_of_28', grain: 'UTC day and number of days' },
    says: `On how many of the 28 UTC days up to a day people were active (figure 1), known as L28.
Over all numbers of days they add up to the monthly active people of figure 1; numbers of days that
nobody has have no row.`,
    columns: {
      day: ['Date', 'UTC day.'],
      days: ['UInt8', 'Days active of the 28 up to it: 1 to 28.'],
      people: ['UInt64', 'People active on so many.'],
    },
    sql: activeDaysOf28,
  },
];
