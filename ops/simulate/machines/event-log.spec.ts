import { describe, expect, it } from 'vitest';
import { eventLogContract } from '../../adapters/event-log/contract.ts';
import { openWeather } from '../faults.ts';
import { openLife } from '../life.ts';
import { openRandom } from '../random.ts';
import { openScheduler } from '../scheduler.ts';
import { openGoing } from '../testing/going.ts';
import { openSimulatedEventLog } from './event-log.ts';

eventLogContract('simulated', async () => {
  const going = openGoing();
  const log = openSimulatedEventLog(going).seenBy(going.life);
  return { log, pass: null, dispose: going.stop };
});

describe('the simulated event log, when the power goes,', () => {
  it('is shorter, gives no offset twice, and fences those who wrote before', async () => {
    const scheduler = openScheduler();
    const random = openRandom('power');
    const weather = openWeather(new Set(), random);
    const log = openSimulatedEventLog({ scheduler, random, weather });
    const seen = log.seenBy(openLife('writer', scheduler));
    const write = (value: string, epoch: number) =>
      seen.append({ topic: 't', epoch, records: [{ key: '', partition: 0, value }] });
    const told: unknown[] = [];
    void (async () => {
      await seen.ensureTopic('t', { partitions: 1, retentionMs: 'for-ever' });
      await write('flushed', 1);
      await new Promise<void>((resolve) => scheduler.at(10_000, resolve));
      const kept = (await seen.newest('t'))[0]?.offset;
      for (let n = 0; n < 3; n += 1) await write('lost', 1);
      log.cutPower();
      told.push((await seen.newest('t'))[0]?.value, await write('stale', 1));
      told.push(await write('goes on', 2), (await seen.newest('t'))[0]?.offset === (kept ?? 0) + 1);
    })();
    await scheduler.run(() => false);
    expect(told).toEqual(['flushed', { kind: 'fenced' }, { kind: 'appended' }, false]);
  });
});
