import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationEvent, ConversationSettings } from '../../domain/conversation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { ada, bob } from '../../domain/testing/people.ts';
import type { Analytics } from '../../ops/adapters/analytics/port.ts';
import { AnalyticsSwitchedOff, AnalyticsUnavailable } from '../../ops/adapters/analytics/port.ts';
import { conversationOf, recorder } from '../../projections/testing/history.ts';
import { eventually, start } from '../testing/bed.ts';
import { openTextOpener } from '../testing/open-text.ts';
import type { FactsDependencies } from './facts.ts';
import { facts } from './facts.ts';
import { groupOf, newestGeneration } from './generation.ts';
import type { Bed } from './testing/bed.ts';
import { openBed } from './testing/bed.ts';
import { openTestAnalytics } from './testing/engine.ts';
import { plainNames, rowsOf } from './testing/history.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await openTestAnalytics();
});
afterAll(async () => {
  await analytics[Symbol.asyncDispose]();
});

let bed: Bed;
beforeEach(async () => {
  const [known] = await analytics.ask<{ n: string }>({
    sql: `SELECT count() AS n FROM system.tables
          WHERE database = currentDatabase() AND name = 'facts_generation'`,
    as: 'platform',
  });
  if (known?.n !== '0') await analytics.define(['TRUNCATE TABLE facts_generation']);
  bed = await openBed();
});
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
});

type Told = { readonly worker: string };
const told: string[] = [];
const keeping = (options: Partial<FactsDependencies> = {}) =>
  start(
    facts({
      ...bed,
      ...{ analytics, opener: openTextOpener, pseudonyms: plainNames, restMs: 20 },
      log: { info: (_facts: object & Partial<Told>, message) => void told.push(message) },
      ...options,
    }),
  );

const settings: ConversationSettings = {
  ...{ editWindowMs: 3_600_000, posting: 'members', adding: 'members', editing: 'admins' },
  ...{ joining: 'invited', history: 'everything' },
};

function sent(number: number, author = ada): ConversationEvent {
  return {
    ...{ type: 'message-sent', number, atMs: Date.UTC(2026, 10, 26), author, peer: undefined },
    ...{ clientId: '0198ad6e-7c00-7000-8000-0000000000d1' as never, contentTag: '' },
    ...{ form: 'text', text: 'hello', replyTo: undefined, claimedAtMs: undefined },
  };
}

/** A conversation with so many messages, all read by the other one, and one of them deleted. */
function talk(index: number, messages: number): readonly ParleyEvent[] {
  const { history, said, kept } = recorder();
  const here = conversationOf(index);
  const members = [ada, bob].map((user) => ({ user, role: 'member' }) as const);
  const open = { kind: 'group', by: ada, title: 'Talk', about: '', members, settings } as const;
  said(here, { type: 'conversation-started', ...open });
  for (let number = 1; number <= messages; number += 1) {
    said(here, sent(number));
    kept(here, bob, { type: 'marks-moved', deliveredUpTo: number, readUpTo: number });
  }
  said(here, { type: 'message-deleted', number: 1, by: ada });
  return history;
}

async function counted(): Promise<number> {
  const [row] = await analytics.ask<{ n: string }>({
    sql: `SELECT sum(messages) AS n FROM messages_by_kind WHERE grain = 'day'`,
    as: 'analyst',
  });
  return Number(row?.n);
}
const generations = () =>
  analytics.ask<{ generation: string; version: number; in_use: boolean }>({
    sql: `SELECT generation, version, max(in_use) AS in_use FROM facts_generation
          GROUP BY generation, version ORDER BY version`,
    as: 'platform',
  });
/** Asks until it holds; views that are not there yet do not hold. */
const comesTo = (messages: number) =>
  eventually(async () => (await counted().catch(() => -1)) === messages, 60_000);

describe('the worker of the facts', () => {
  it('counts what happened, and says how far it is', async () => {
    const worker = keeping();
    const head = await bed.append(talk(1, 5));
    await comesTo(5);
    await eventually(async () => {
      const [row] = await analytics.ask<{ partitions: string; position: string }>({
        sql: 'SELECT count() AS partitions, min(position) AS position FROM facts_progress',
        as: 'analyst',
      });
      return row?.partitions === '8' && BigInt(row.position) >= head;
    });
    await worker.stop();
    const filled = await newestGeneration(analytics);
    expect(filled).toBe((await generations())[0]?.generation);
    const [lag] = await bed.eventLog.lag('parley.events', [groupOf(filled ?? '')]);
    expect(new Set(lag)).toEqual(new Set([0]));
  });

  it('counts once what it reads again after it was stopped before its commit', async () => {
    await bed.append(talk(1, 6));
    const forgetful: typeof bed.eventLog = {
      ...bed.eventLog,
      consume: (request) => withoutCommit(bed.eventLog.consume(request)),
    };
    const first = keeping({ eventLog: forgetful, recordsMax: 3 });
    await comesTo(6);
    await first.stop();
    const second = keeping({ recordsMax: 4 });
    await bed.append(talk(2, 2));
    await comesTo(8);
    await second.stop();
    const [facts] = await analytics.ask<{ n: string }>({
      sql: 'SELECT count() AS n FROM fact_events',
      as: 'analyst',
    });
    expect(facts?.n).toBe(String(talk(1, 6).length + talk(2, 2).length));
  });

  it('goes on where it was when the engine was away, and loses nothing', async () => {
    let away = true;
    const flaky: Analytics = {
      ...analytics,
      insert: async (batch) => {
        if (away && batch.table.startsWith('rollup')) throw new Error('no such insert');
        if (away && batch.table.startsWith('fact_marks')) throw new AnalyticsUnavailable('away');
        await analytics.insert(batch);
      },
    };
    await bed.append(talk(1, 4));
    const failing = keeping({ analytics: flaky });
    await expect(failing.done).rejects.toThrow(AnalyticsUnavailable);
    away = false;
    const again = keeping({ analytics: flaky });
    await comesTo(4);
    const [marks] = await analytics.ask<{ n: string }>({
      sql: `SELECT count() AS n FROM fact_marks WHERE mark = 'read'`,
      as: 'analyst',
    });
    expect(marks?.n).toBe('4');
    await again.stop();
  });

  it('rests with one word where analytics are switched off', async () => {
    told.length = 0;
    const off = async () => {
      throw new AnalyticsSwitchedOff('Analytics are switched off on this machine.');
    };
    const worker = keeping({ analytics: { ...analytics, define: off, insert: off, ask: off } });
    await eventually(() => told.length > 0);
    await worker.stop();
    expect(told).toEqual(['rests: analytics are switched off']);
  });
});

describe('facts of a new version', () => {
  it('are built beside those in use, equal them row for row, and take their place', async () => {
    await bed.append(talk(1, 7));
    const worker = keeping();
    await comesTo(7);
    await bed.append(talk(2, 3));
    await comesTo(10);
    await worker.stop();
    const [before] = await generations();
    const live = await rowsOf(analytics, before?.generation ?? '');

    const building = keeping({ version: 2, recordsMax: 15 });
    await eventually(
      async () => (await generations()).some((one) => one.version === 2 && one.in_use),
      240_000,
    );
    expect(await counted()).toBe(10);
    await building.stop();
    const [, after] = await generations();
    const rebuilt = await rowsOf(analytics, after?.generation ?? '');
    expect({ ...rebuilt, facts_progress: [] }).toEqual({ ...live, facts_progress: [] });
    await expect(rowsOf(analytics, before?.generation ?? '')).rejects.toThrow();
  }, 600_000);

  it('make a worker of an older version rest', async () => {
    await bed.append(talk(1, 1));
    const newer = keeping({ version: 3 });
    await comesTo(1);
    await newer.stop();
    told.length = 0;
    const older = keeping({ version: 2 });
    await eventually(() => told.length > 0);
    await older.stop();
    expect(told).toEqual(['rests: newer facts are in use']);
  });
});

async function* withoutCommit(batches: ReturnType<Bed['eventLog']['consume']>) {
  for await (const batch of batches) yield { ...batch, commit: async () => undefined };
}
