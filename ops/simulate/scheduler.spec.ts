import { describe, expect, it } from 'vitest';
import { openScheduler } from './scheduler.ts';

const never = () => false;

describe('the scheduler', () => {
  it('lets things happen in the order of their moments, however they are set', async () => {
    const { at, run, now } = openScheduler();
    const happened: string[] = [];
    for (const ms of [30, 10, 20, 10, 5]) at(ms, () => void happened.push(`${ms} at ${now()}`));
    expect(await run(never)).toBe(false);
    expect(happened).toEqual(['5 at 5', '10 at 10', '10 at 10', '20 at 20', '30 at 30']);
  });

  it('keeps the order of those that are set for one moment', async () => {
    const { at, run } = openScheduler();
    const happened: number[] = [];
    for (let n = 0; n < 100; n += 1) at(7, () => void happened.push(n));
    await run(never);
    expect(happened).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('lets nothing happen that was called off', async () => {
    const { at, run } = openScheduler();
    const happened: string[] = [];
    const cancel = at(2, () => void happened.push('called off'));
    at(1, cancel);
    at(3, () => void happened.push('left'));
    await run(never);
    expect(happened).toEqual(['left']);
  });

  it('goes on only when all that the last event set going has come to rest', async () => {
    const { at, run } = openScheduler();
    const happened: string[] = [];
    at(1, () => {
      void (async () => {
        for (let turn = 0; turn < 50; turn += 1) await null;
        await new Promise<void>((resolve) => process.nextTick(resolve));
        happened.push('came to rest');
      })();
    });
    at(1, () => void happened.push('next'));
    await run(never);
    expect(happened).toEqual(['came to rest', 'next']);
  });

  it('waits for real work outside, which nobody overtakes', async () => {
    const { at, run, now } = openScheduler();
    const happened: string[] = [];
    at(1, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      happened.push(`worked at ${now()}`);
    });
    at(2, () => void happened.push('next'));
    await run(never);
    expect(happened).toEqual(['worked at 1', 'next']);
  });

  it('stops as soon as it is over', async () => {
    const { at, run, steps } = openScheduler();
    let over = false;
    const again = (): void => {
      at(1, again);
      over = steps() === 5;
    };
    again();
    expect(await run(() => over)).toBe(true);
    expect(steps()).toBe(5);
  });
});
