import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openEmbeddedCache } from '../../ops/adapters/cache/embedded.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import { readWantedChannel } from '../../schemas/records/gateway-message.ts';
import type { ManualClock } from '../testing/manual-clock.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { openRests } from './pace.ts';

let cache: Cache;
let clock: ManualClock;
beforeEach(() => {
  clock = manualClock();
  cache = openEmbeddedCache({ now: clock.now });
});

const never = new AbortController().signal;
const want = () => cache.publish(readWantedChannel, '');

/** A rest that begins now, after a transaction that began now too; tells when it is over. */
async function begin(rests: Awaited<ReturnType<typeof openRests>>, signal = never) {
  let over = false;
  void rests.rest(clock.now(), signal).then(() => {
    over = true;
  });
  await clock.advance(0);
  return () => over;
}

describe('the rests of the projector', () => {
  it('last long while nobody waits for the read models', async () => {
    const over = await begin(await openRests({ cache, clock }));
    await clock.advance(99);
    expect(over()).toBe(false);
    await clock.advance(1);
    expect(over()).toBe(true);
  });

  it('end early when somebody begins to wait', async () => {
    const over = await begin(await openRests({ cache, clock }));
    await clock.advance(50);
    await want();
    await clock.advance(0);
    expect(over()).toBe(true);
  });

  it('are short, not left out, when somebody waited before they began', async () => {
    const rests = await openRests({ cache, clock });
    await want();
    const over = await begin(rests);
    await clock.advance(19);
    expect(over()).toBe(false);
    await clock.advance(1);
    expect(over()).toBe(true);
  });

  it('are long again after the one that somebody shortened', async () => {
    const rests = await openRests({ cache, clock });
    await want();
    await begin(rests);
    await clock.advance(20);
    const next = await begin(rests);
    await clock.advance(99);
    expect(next()).toBe(false);
  });

  it('count from the beginning of the transaction, so a long one is followed at once', async () => {
    const rests = await openRests({ cache, clock });
    const begunMs = clock.now();
    await clock.advance(150);
    const joined = vi.spyOn(AbortSignal, 'any');
    await rests.rest(begunMs, never);
    expect(clock.now()).toBe(150);
    expect(joined).not.toHaveBeenCalled(); // a projector that catches up never rests
    joined.mockRestore();
  });

  it('end at once when the projector stops, and leave no timer', async () => {
    const stopping = new AbortController();
    const over = await begin(await openRests({ cache, clock }), stopping.signal);
    stopping.abort();
    await clock.advance(0);
    expect(over()).toBe(true);
    expect(clock.timers()).toBe(0);
  });

  it('hear nobody any more once they are disposed of', async () => {
    const rests = await openRests({ cache, clock });
    await rests[Symbol.asyncDispose]();
    const over = await begin(rests);
    await want();
    await clock.advance(50);
    expect(over()).toBe(false);
  });
});
