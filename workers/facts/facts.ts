import type { Analytics } from '../../ops/adapters/analytics/port.ts';
import { AnalyticsSwitchedOff } from '../../ops/adapters/analytics/port.ts';
import type { EventLog, LogBatch } from '../../ops/adapters/event-log/port.ts';
import type { Pseudonyms, RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import { time } from '../../projections/facts/changes.ts';
import { rollupStatements } from '../../projections/facts/rollups.ts';
import { tableOf } from '../../projections/facts/statements.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import { positionIn } from '../position.ts';
import type { Worker } from '../worker.ts';
import type { Place } from './batch.ts';
import { factsOf, insertFacts, tokenOf } from './batch.ts';
import type { Building } from './generation.ts';
import { ensureGeneration, groupOf, progressOf, takeIntoUse } from './generation.ts';

/** What the worker of the facts works with. */
export type FactsDependencies = {
  readonly eventLog: EventLog;
  readonly analytics: Analytics;
  readonly opener: RecordOpener; // one without keys: no text is looked at
  readonly pseudonyms: Pseudonyms;
  readonly clock: Clock;
  readonly newId: () => string; // unique among all processes
  readonly log: { info(facts: object, message: string): void };
  readonly recordsMax?: number | undefined; // in one batch; 10,000 unless told
  readonly restMs?: number | undefined; // after a batch that was not full; 1,000 unless told
  readonly version?: number | undefined; // of the facts; today's unless told
};

/**
 * Keeps the facts. A batch is inserted, its hours are counted anew, and only then is it done for
 * the group: killed anywhere, it is read again, maybe in other batches, and folds to the same rows.
 * An engine that is away is waited for by the runner; nothing else waits for this worker. Where
 * analytics are switched off it says so once and rests.
 */
export function facts(dependencies: FactsDependencies): Worker {
  return { name: 'facts', serves: 'platform', run: (signal) => run(dependencies, signal) };
}

async function run(dependencies: FactsDependencies, signal: AbortSignal): Promise<void> {
  const { eventLog, analytics, newId, version, log } = dependencies;
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  const building = await unlessOff(() =>
    ensureGeneration(analytics, { newId, ...(version !== undefined && { version }) }),
  );
  if (building === 'off') log.info({ worker: 'facts' }, 'rests: analytics are switched off');
  if (building === null) log.info({ worker: 'facts' }, 'rests: newer facts are in use');
  if (building === 'off' || building === null) return untilAborted(signal);
  await follow(dependencies, building, signal);
}

async function unlessOff<Answer>(ask: () => Promise<Answer>): Promise<Answer | 'off'> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AnalyticsSwitchedOff) return 'off';
    throw error;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Full batches are history: the hours of many are counted at once, at most so often. */
const countEveryMs = 10_000;
/** Where nobody waits, counting is to take at most this part of the time. */
const countingShare = 1 / 20;
const restMsMax = 10_000;

async function follow(
  dependencies: FactsDependencies,
  building: Building,
  signal: AbortSignal,
): Promise<void> {
  const { eventLog, analytics, clock, recordsMax = 10_000, restMs = 1_000 } = dependencies;
  const { generation } = building;
  const pending = openPending();
  const switching = building.inUse ? null : await openSwitch(dependencies, building);
  const batches = eventLog.consume({
    ...{ topic: eventsTopic, group: groupOf(generation), from: 'start', recordsMax, signal },
  });
  let countedMs = clock.now();
  let tookMs = 0;
  for await (const batch of batches) {
    const begunMs = clock.now();
    const found = await factsOf(batch.records, dependencies);
    await insertFacts(analytics, found, { generation, token: tokenOf(generation, batch.records) });
    tellUnreadable(dependencies, found.unreadable);
    pending.add(batch, found);
    const full = batch.records.length >= recordsMax;
    const soon = clock.now() - countedMs < Math.max(countEveryMs, tookMs);
    if (full && soon && !(await isEnd(eventLog, pending.nextOffsets))) continue;
    const countingMs = clock.now();
    await count(analytics, generation, pending);
    await switching?.();
    countedMs = clock.now();
    tookMs = countedMs - countingMs;
    const wantedMs = Math.min(restMsMax, Math.max(restMs, tookMs / countingShare));
    if (!full) await sleep(clock, Math.max(0, wantedMs - (countedMs - begunMs)), signal);
  }
}

type Pending = ReturnType<typeof openPending>;

/** What is inserted and not yet counted, nor done for the group. */
function openPending() {
  const hours = new Set<number>();
  const places = new Map<number, Place>();
  const nextOffsets = new Map<number, number>();
  let commits: LogBatch['commit'][] = []; // and not what they hold
  return {
    ...{ hours, places, nextOffsets },
    add: (batch: LogBatch, found: Awaited<ReturnType<typeof factsOf>>) => {
      commits.push(batch.commit);
      for (const hour of found.hours) hours.add(hour);
      for (const [partition, place] of found.places) places.set(partition, place);
      for (const { partition, offset } of batch.records) nextOffsets.set(partition, offset + 1);
    },
    commit: async () => {
      for (const commit of commits) await commit();
      commits = [];
      hours.clear();
      places.clear();
    },
  };
}

async function isEnd(eventLog: EventLog, next: ReadonlyMap<number, number>): Promise<boolean> {
  const ends = await eventLog.ends(eventsTopic);
  return [...next].every(([partition, offset]) => offset >= (ends[partition] ?? 0));
}

async function count(analytics: Analytics, generation: string, pending: Pending): Promise<void> {
  await analytics.define(rollupStatements(generation, pending.hours));
  const rows = [...pending.places].map(([partition, place]) => ({
    partition,
    position: `${place.position}`,
    event_position: `${place.eventPosition}`,
    stored_at: time(place.storedAtMs),
  }));
  if (rows.length > 0) {
    const table = tableOf('facts_progress', generation);
    await analytics.insert({ table, token: `${generation}/${JSON.stringify(rows)}`, rows });
  }
  await pending.commit();
}

/** Turns readers to the new tables once these hold all that the topic held when it began. */
async function openSwitch(
  { eventLog, analytics, version }: FactsDependencies,
  { generation }: Building,
): Promise<() => Promise<void>> {
  const newest = await eventLog.newest(eventsTopic);
  const wanted = newest.map((record) => (record && positionIn(record.value)) ?? 0n);
  let done = false;
  return async () => {
    if (done) return;
    const progress = await progressOf(analytics, generation);
    done = wanted.every((position, at) => (progress.get(at) ?? 0n) >= position);
    if (done) await takeIntoUse(analytics, generation, version);
  };
}

function tellUnreadable({ log }: FactsDependencies, positions: readonly bigint[]): void {
  if (positions.length === 0) return;
  const first = `${positions[0]}`;
  log.info({ worker: 'facts', events: positions.length, first }, 'events that cannot be read');
}
