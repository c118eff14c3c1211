import { describe, expect, it } from 'vitest';
import { sleep } from '../projections/clock.ts';
import { backoffMs } from './backoff.ts';
import { manualClock } from './testing/manual-clock.ts';
import type { Worker } from './worker.ts';
import { nameOf, startWorkers } from './worker.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

function worker(name: string, run: Worker['run'], serves: Worker['serves'] = 'platform'): Worker {
  return { name, serves, run };
}

describe('the runner', () => {
  it('starts a worker again after it fails, later each time, and says how often', async () => {
    const clock = manualClock();
    const startsMs: number[] = [];
    const failing = worker('relay', async () => {
      startsMs.push(clock.now());
      throw new TypeError('a text that nobody may read');
    });
    const runner = startWorkers({ workers: [failing], clock, chance: () => 1, firstDelayMs: 100 });
    await clock.advance(750);
    expect(startsMs).toEqual([0, 100, 300, 700]);
    expect(runner.health()).toEqual([
      { name: 'relay', state: 'waiting', restarts: 4, lastError: 'TypeError' },
    ]);
    await runner.stop();
  });

  it('forgives failures after a quiet time', async () => {
    const clock = manualClock();
    const startsMs: number[] = [];
    const worksAMinute = worker('courier', async (signal) => {
      startsMs.push(clock.now());
      await sleep(clock, 60_000, signal);
    });
    const runner = startWorkers({ workers: [worksAMinute], clock, chance: () => 1 });
    await clock.advance(180_250);
    expect(startsMs).toEqual([0, 60_100, 120_200]);
    await runner.stop();
  });

  it('lets one failing worker leave the others alone', async () => {
    const clock = manualClock();
    const runner = startWorkers({
      workers: [
        worker('bad', async () => {
          throw new Error('no');
        }),
        worker('good', untilAborted),
      ],
      clock,
      chance: () => 0,
    });
    await clock.advance(1_000);
    expect(runner.health().map(({ state }) => state)).toEqual(['waiting', 'running']);
    await runner.stop();
  });

  it('stops people’s workers before those that feed them', async () => {
    const clock = manualClock();
    const ended: string[] = [];
    const slow = (name: string, serves: Worker['serves']) =>
      worker(
        name,
        async (signal) => {
          await untilAborted(signal);
          await sleep(clock, 100);
          ended.push(`${name} at ${clock.now()}`);
        },
        serves,
      );
    const runner = startWorkers({
      workers: [slow('relay', 'platform'), slow('courier', 'people')],
      clock,
      chance: () => 0,
    });
    const stopped = runner.stop();
    await clock.advance(1_000);
    expect(await stopped).toEqual([]);
    expect(ended).toEqual(['courier at 100', 'relay at 200']);
    expect(runner.health().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(clock.timers()).toBe(0); // one left behind would keep the process alive
  });

  it('does not wait for ever for a worker that does not end, and names it', async () => {
    const clock = manualClock();
    const runner = startWorkers({
      workers: [worker('stuck', () => new Promise(() => undefined)), worker('good', untilAborted)],
      clock,
      chance: () => 0,
      stopMsMax: 500,
    });
    const stopped = runner.stop();
    await clock.advance(500);
    expect(await stopped).toEqual(['stuck']);
  });

  it('does not start a worker again once it stops', async () => {
    const clock = manualClock();
    let starts = 0;
    const failing = worker('bad', async () => {
      starts += 1;
      throw new Error('no');
    });
    const runner = startWorkers({ workers: [failing], clock, chance: () => 1 });
    await clock.advance(0);
    const stopped = runner.stop();
    await clock.advance(60_000);
    expect(await stopped).toEqual([]);
    expect(starts).toBe(1);
  });
});

describe('what is said of an error', () => {
  it('holds its kind and code, and never its words', () => {
    const error = Object.assign(new Error('ada@example.org'), { code: 'ECONNREFUSED' });
    expect(nameOf(error)).toBe('Error ECONNREFUSED');
    expect(nameOf(Object.assign(new Error('x'), { code: 'said ada' }))).toBe('Error');
    expect(nameOf('ada')).toBe('string');
  });
});

describe('backing off', () => {
  it('doubles up to the limit and leaves half to chance', () => {
    const backoff = { firstDelayMs: 100, delayMsMax: 1_000, chance: () => 1 };
    expect([1, 2, 3, 4, 5, 99].map((failures) => backoffMs(backoff, failures))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect(backoffMs({ ...backoff, chance: () => 0 }, 2)).toBe(100);
  });
});
