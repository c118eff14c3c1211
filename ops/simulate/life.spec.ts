import { beforeEach, describe, expect, it } from 'vitest';
import type { Life } from './life.ts';
import { openLife } from './life.ts';
import type { Scheduler } from './scheduler.ts';
import { openScheduler } from './scheduler.ts';

const delays = { thereMs: 10, backMs: 10 };

describe('the life of a process', () => {
  let scheduler: Scheduler;
  let life: Life;
  let happened: string[];
  beforeEach(() => {
    scheduler = openScheduler();
    life = openLife('one', scheduler);
    happened = [];
  });
  const note = (what: string) => () => void happened.push(`${what} at ${scheduler.now()}`);
  const run = () => scheduler.run(() => false);

  it('asks a machine, there and back', async () => {
    void life.ask(delays, note('arrived')).then(note('answered'));
    await run();
    expect(happened).toEqual(['arrived at 10', 'answered at 20']);
  });

  it('ends at any await: what it asked is lost, or its answer is', async () => {
    void life.ask({ thereMs: 5, backMs: 10 }, note('arrived')).then(note('answered'));
    void life.ask({ thereMs: 9, backMs: 1 }, note('arrived late')).then(note('answered late'));
    scheduler.at(7, life.end);
    await run();
    expect(happened).toEqual(['arrived at 5']);
  });

  it('has no timers once it has ended', async () => {
    life.clock.setTimer(5, note('before'));
    life.clock.setTimer(9, note('after'));
    scheduler.at(7, life.end);
    await run();
    expect(happened).toEqual(['before at 5']);
  });

  it('stands still: machines do what it asked, and it hears of it later', async () => {
    void life.ask(delays, note('arrived')).then(note('answered'));
    life.clock.setTimer(12, note('timer'));
    scheduler.at(5, () => life.standStill(100));
    await run();
    expect(happened).toEqual(['arrived at 10', 'timer at 105', 'answered at 105']);
  });

  it('tells those who asked for it that it ends, once and in their order', async () => {
    life.whenEnded(note('first'));
    life.whenEnded(note('called off'))();
    life.whenEnded(note('second'));
    await life.end();
    await life.end();
    expect(happened).toEqual(['first at 0', 'second at 0']);
  });
});
