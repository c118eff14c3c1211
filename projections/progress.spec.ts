import { expect, it, vi } from 'vitest';
import { openEmbeddedCache } from '../ops/adapters/cache/embedded.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import { TablesUnavailable } from '../ops/adapters/tables/port.ts';
import { readProgressChannel } from '../schemas/records/gateway-message.ts';
import { manualClock } from '../workers/testing/manual-clock.ts';
import { encodeProgress, followProgress } from './progress.ts';

it('answers when the tables do not, but for those who are patient', async () => {
  const clock = manualClock();
  const cache = openEmbeddedCache({ now: () => 0 });
  let isAway = false;
  const query = async () => {
    if (isAway) throw new TablesUnavailable('Postgres does not answer');
    return [];
  };
  const progress = await followProgress({
    ...{ cache, clock, partitions: 1, partitionOf: () => 0 },
    tables: { query } as unknown as Tables,
  });
  isAway = true;
  const answered: string[] = [];
  const wait = (who: string, more: object) =>
    progress
      .waitFor(5n, { timeoutMs: 10_000, ...more })
      .then((at) => answered.push(`${who} ${at}`));
  void wait('prompt', {});
  const patient = wait('patient', { patient: true });
  await clock.advance(200);
  await vi.waitFor(() => expect(answered).toEqual(['prompt 0']));
  await cache.publish(readProgressChannel, encodeProgress(new Map([[0, 5n]])));
  await patient;
  expect(answered).toEqual(['prompt 0', 'patient 5']);
  expect(clock.timers()).toBe(0);
  await progress[Symbol.asyncDispose]();
});
