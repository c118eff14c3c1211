import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Analytics } from '../../ops/adapters/analytics/port.ts';
import { figures } from '../../projections/facts/figures.ts';
import type { FigureRow, Grain } from '../../projections/facts/read.ts';
import { definitionOf, figureRows } from '../../projections/facts/read.ts';
import { viewStatements } from '../../projections/facts/statements.ts';
import { anyHistory, everybody } from '../../projections/testing/history.ts';
import { openTestAnalytics } from './testing/engine.ts';
import { load, recordsOf } from './testing/history.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await openTestAnalytics();
});
afterAll(async () => {
  await analytics[Symbol.asyncDispose]();
});

const dayMs = 86_400_000;
const beginMs = Date.UTC(2026, 0, 5); // a Monday
const span = { from: new Date(beginMs - 30 * dayMs), to: new Date(beginMs + 300 * dayMs) };

/** Everybody registers first; then the history goes on, spread over days. */
function spread(history: readonly ParleyEvent[], hoursApart: number): readonly ParleyEvent[] {
  const registered = everybody.map((userId, at) => ({
    ...{ id: `r${at}`, revision: 0, category: 'account', userId },
    event: { type: 'registered', kind: 'person', name: '', origin: 'registration' },
  }));
  return [...registered, ...history].map((recorded, at) => {
    const recordedAtMs = beginMs + at * hoursApart * 3_600_000;
    const { event } = recorded;
    const moved = event.type === 'message-sent' ? { ...event, atMs: recordedAtMs } : event;
    return { ...recorded, recordedAtMs, position: BigInt(at + 1), event: moved } as ParleyEvent;
  });
}

const rowsOf = (name: string, grain: Grain | null = null) =>
  figureRows(analytics, { figure: definitionOf(name), ...span, grain });
const dayOf = (atMs: number) => Math.floor(atMs / dayMs);

/** Who did what counts as active, on which day: in the words of figure 1, without its SQL. */
function activeDays(history: readonly ParleyEvent[]): ReadonlyMap<UserId, ReadonlySet<number>> {
  const days = new Map<UserId, Set<number>>();
  const purposeful = ['message-edited', 'message-deleted', 'reaction-added', 'reaction-removed'];
  for (const recorded of history) {
    const { category, event } = recorded;
    const author = event.type === 'message-sent' && !event.claimedAtMs ? event.author : null;
    const by = purposeful.includes(event.type) && 'by' in event ? (event.by ?? null) : null;
    const readAll = event.type === 'marks-moved' && event.readUpTo === event.deliveredUpTo;
    const who = author ?? by ?? (category === 'participation' && readAll ? recorded.userId : null);
    if (who === null) continue;
    days.set(who, (days.get(who) ?? new Set()).add(dayOf(recorded.recordedAtMs)));
  }
  return days;
}

function activeWithin(days: ReturnType<typeof activeDays>, day: number, span: number): number {
  return [...days.values()].filter((own) =>
    Array.from({ length: span }, (_, back) => day - back).some((one) => own.has(one)),
  ).length;
}

it('equal what a slow recount of the log finds', async () => {
  let generation = 0;
  await fc.assert(
    fc.asyncProperty(anyHistory, fc.integer({ min: 1, max: 60 }), async (given, hoursApart) => {
      generation += 1;
      const history = spread(given, hoursApart);
      await fill(`r${generation}`, history);
      expectActive(await rowsOf('active_people'), activeDays(history));
      expectMessages(await rowsOf('messages_by_kind', 'day'), history);
      expectFunnel(await rowsOf('funnel'), history);
      expectUsage(await rowsOf('usage_statistics', 'month'), history);
      expectRetention(await rowsOf('retention'), activeDays(history));
      await expectStays(activeDays(history));
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 600_000);

it('equal it over months in which people stay away and come back', async () => {
  const histories = fc.sample(anyHistory, { seed: 1, numRuns: 100 });
  const [longest = []] = histories.toSorted((one, other) => other.length - one.length);
  const days = activeDays(spread(longest, 96));
  const all = [...days.values()].flatMap((own) => [...own]);
  expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(40);
  await fill('months', spread(longest, 96));
  await expectStays(days);
});

async function fill(generation: string, history: readonly ParleyEvent[]): Promise<void> {
  await load(analytics, generation, [recordsOf(history)]);
  await analytics.define(viewStatements(generation, figures));
}

async function expectStays(days: ReturnType<typeof activeDays>): Promise<void> {
  for (const grain of ['day', 'week', 'month'] as const) {
    expectGrowth(await rowsOf('growth_accounting', grain), days, grain);
  }
  expectDaysOf28(await rowsOf('active_days_of_28'), days);
}

function expectActive(rows: readonly FigureRow[], days: ReturnType<typeof activeDays>): void {
  const all = [...days.values()].flatMap((own) => [...own]);
  expect(rows).toHaveLength(all.length === 0 ? 0 : Math.max(...all) - Math.min(...all) + 1);
  for (const row of rows) {
    const day = dayOf(Number(row.day));
    const [daily, weekly, monthly] = [1, 7, 28].map((length) => activeWithin(days, day, length));
    expect(row).toMatchObject({ daily, weekly, monthly });
  }
}

/** Law 10 for this store: messages of each day, here and in the log. */
function expectMessages(rows: readonly FigureRow[], history: readonly ParleyEvent[]): void {
  const inLog = new Map<number, number>();
  for (const { event } of history) {
    if (event.type !== 'message-sent') continue;
    const day = dayOf(event.claimedAtMs ?? event.atMs);
    inLog.set(day, (inLog.get(day) ?? 0) + 1);
  }
  const counted = new Map<number, number>();
  for (const row of rows) {
    const day = dayOf(Number(row.period));
    counted.set(day, (counted.get(day) ?? 0) + Number(row.messages));
  }
  expect(counted).toEqual(inLog);
}

function expectFunnel(rows: readonly FigureRow[], history: readonly ParleyEvent[]): void {
  const conversed = new Set<string>();
  const wrote = new Map<string, Map<string, number>>(); // author, conversation, her first number
  const answered = new Set<string>();
  for (const recorded of history) {
    const { event } = recorded;
    if ('members' in event) for (const { user } of event.members) conversed.add(user);
    if (event.type === 'member-joined') conversed.add(event.user);
    if (event.type === 'channel-joined' && 'userId' in recorded) conversed.add(recorded.userId);
    if (event.type !== 'message-sent' || recorded.category !== 'conversation') continue;
    for (const [author, firsts] of wrote) {
      if (author !== event.author && firsts.has(recorded.conversationId)) answered.add(author);
    }
    const own = wrote.get(event.author) ?? new Map<string, number>();
    wrote.set(event.author, own.set(recorded.conversationId, event.number));
  }
  const sum = (column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
  expect(['registered', 'conversed', 'wrote', 'answered'].map(sum)).toEqual([
    ...[everybody.length, conversed.size, wrote.size, answered.size],
  ]);
}

function expectUsage(rows: readonly FigureRow[], history: readonly ParleyEvent[]): void {
  expect(rows.reduce((total, { events }) => total + Number(events), 0)).toBe(history.length);
}

function expectRetention(rows: readonly FigureRow[], days: ReturnType<typeof activeDays>): void {
  const weeks = [...days.values()].map((own) => new Set([...own].map(weekOf)));
  const retained = rows.reduce((total, row) => total + Number(row.retained), 0);
  expect(retained).toBe(weeks.reduce((total, own) => total + own.size, 0));
  for (const row of rows) {
    const cohort = weekOf(dayOf(Number(row.cohort)));
    const people = weeks.filter((own) => Math.min(...own) === cohort);
    const still = people.filter((own) => own.has(cohort + Number(row.weeks)));
    expect([row.people, row.retained]).toEqual([people.length, still.length]);
  }
}

function weekOf(day: number): number {
  return Math.floor((day + 3) / 7); // day 0 was a Thursday
}

function monthOf(day: number): number {
  const date = new Date(day * dayMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Looks at every person in every period, in the words of figure 9. */
function expectGrowth(
  rows: readonly FigureRow[],
  days: ReturnType<typeof activeDays>,
  grain: 'day' | 'week' | 'month',
): void {
  const periodOf = { day: (day: number) => day, week: weekOf, month: monthOf }[grain];
  const people = [...days.values()].map((own) => new Set([...own].map(periodOf)));
  const all = people.flatMap((own) => [...own]);
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const wanted = [];
  for (let period = first; period <= last; period += 1) {
    const here = people.filter((own) => own.has(period));
    const fresh = here.filter((own) => Math.min(...own) === period);
    const kept = here.filter((own) => own.has(period - 1));
    const gone = people.filter((own) => own.has(period - 1) && !own.has(period));
    const back = here.length - fresh.length - kept.length;
    const counts = [here.length, fresh.length, kept.length, back, gone.length];
    if (here.length + gone.length > 0) wanted.push([period, ...counts]);
  }
  const found = rows.map((row) => [
    periodOf(dayOf(Number(row.period))),
    ...[row.active, row.new, row.retained, row.resurrected, row.churned],
  ]);
  expect(found).toEqual(wanted);
}

/** Counts the days of every person before every day, in the words of figure 10. */
function expectDaysOf28(rows: readonly FigureRow[], days: ReturnType<typeof activeDays>): void {
  const all = [...days.values()].flatMap((own) => [...own]);
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const wanted = [];
  for (let day = first; day <= last; day += 1) {
    const held = [...days.values()].map(
      (own) => [...own].filter((one) => one <= day && one > day - 28).length,
    );
    for (const length of Array.from({ length: 28 }, (_, at) => at + 1)) {
      const people = held.filter((one) => one === length).length;
      if (people > 0) wanted.push([day, length, people]);
    }
  }
  expect(rows.map((row) => [dayOf(Number(row.day)), row.days, row.people])).toEqual(wanted);
}
