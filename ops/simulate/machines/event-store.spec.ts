import { describe, expect, it } from 'vitest';
import { eventStoreContract } from '../../adapters/event-store/contract.ts';
import { newEvent } from '../../adapters/event-store/testing/events.ts';
import { openWeather } from '../faults.ts';
import { openLife } from '../life.ts';
import { openRandom } from '../random.ts';
import { openScheduler } from '../scheduler.ts';
import { openGoing } from '../testing/going.ts';
import { openSimulatedEventStore } from './event-store.ts';

eventStoreContract('simulated', async () => {
  const going = openGoing();
  const store = openSimulatedEventStore(going).seenBy(going.life);
  return {
    store,
    dispose: async () => {
      await store[Symbol.asyncDispose]();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await going.stop();
    },
  };
});

describe('the simulated event store, when the power goes,', () => {
  /** Appends events one after another until the power goes. */
  async function cut(answersUnflushed: boolean, afterMs: number) {
    const scheduler = openScheduler();
    const random = openRandom('power');
    const weather = openWeather(new Set(), random);
    const options = { scheduler, random, weather, now: () => 0, answersUnflushed };
    const store = openSimulatedEventStore(options);
    const life = openLife('writer', scheduler);
    const seen = store.seenBy(life);
    const answered: string[] = [];
    void (async () => {
      for (let n = 0; n < 1_000; n += 1) {
        const event = newEvent(`${n}`);
        await seen.append({ stream: 'a-1', expected: 'any', events: [event] });
        answered.push(event.id);
      }
    })();
    scheduler.at(afterMs, async () => {
      await life.end();
      store.cutPower();
    });
    await scheduler.run(() => false);
    const stored = new Set(store.events().map(({ id }) => id));
    return { answered: answered.length, lost: answered.filter((id) => !stored.has(id)).length };
  }

  /** The same at several moments, added up. */
  async function cuts(answersUnflushed: boolean) {
    const sums = { answered: 0, lost: 0 };
    for (const afterMs of [60, 110, 170, 230, 310]) {
      const { answered, lost } = await cut(answersUnflushed, afterMs);
      sums.answered += answered;
      sums.lost += lost;
    }
    return sums;
  }

  it('keeps what it answered', async () => {
    const { answered, lost } = await cuts(false);
    expect(answered).toBeGreaterThan(20);
    expect(lost).toBe(0);
  });

  it('loses some of it where it answers before it flushes', async () => {
    const { answered, lost } = await cuts(true);
    expect(answered).toBeGreaterThan(20);
    expect(lost).toBeGreaterThan(0);
  });
});
