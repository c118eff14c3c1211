import { describe, expect, it, vi } from 'vitest';
import { openGuard } from './guard.ts';

const refusal = new Error('WRONGPASS invalid username-password pair');

function guarded() {
  return openGuard({
    isAway: (cause) => cause !== refusal,
    translate: (cause) => cause,
    waitingMax: 10,
    tooMuchWaits: () => new Error('too much waits'),
    ...{ againMax: 3, firstDelayMs: 1 },
  });
}

describe('a login that is refused', () => {
  it('is tried once, then not for half a minute; everybody is told why', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const guard = guarded();
    let logins = 0;
    let isTaken = false;
    const ask = () =>
      guard.again(async () => {
        logins += 1;
        if (!isTaken) throw refusal;
      });
    for (let time = 0; time < 20; time += 1) await expect(ask()).rejects.toBe(refusal);
    expect([logins, guard.breaker()]).toEqual([1, 'open']);
    vi.setSystemTime(Date.now() + 29_000);
    await expect(ask()).rejects.toBe(refusal);
    expect(logins).toBe(1);
    vi.setSystemTime(Date.now() + 1_000);
    isTaken = true;
    await ask();
    expect([logins, guard.breaker()]).toEqual([2, 'closed']);
    vi.useRealTimers();
  });
});

describe('who watches', () => {
  it('is told what became of each call, once however often it was asked', async () => {
    const guard = guarded();
    const told: string[] = [];
    await guard.once(async () => 'before anybody watched');
    guard.watchCalls(({ outcome, seconds }) => {
      expect(seconds).toBeGreaterThanOrEqual(0);
      told.push(outcome);
    });
    await guard.once(async () => 'answer');
    await guard
      .again(async () => {
        throw new Error('ECONNREFUSED');
      })
      .catch(() => undefined);
    await guard
      .once(async () => {
        throw refusal;
      })
      .catch(() => undefined);
    expect(told).toEqual(['ok', 'away', 'refused']);
  });

  it('is told of those that were not even asked', async () => {
    const guard = guarded();
    const told: string[] = [];
    guard.watchCalls(({ outcome }) => told.push(outcome));
    const held = Promise.withResolvers<void>();
    const asked = Array.from({ length: 11 }, () => guard.once(() => held.promise));
    await expect(asked[10]).rejects.toThrow('too much waits');
    expect(told).toEqual(['overloaded']);
    held.resolve();
    await Promise.all(asked.slice(0, 10));
  });
});

describe('a server that is away', () => {
  it('is asked again by the same call, and opens the breaker after five failures', async () => {
    const guard = guarded();
    let asked = 0;
    const ask = async () => {
      asked += 1;
      throw new Error('ECONNREFUSED');
    };
    await expect(guard.again(ask)).rejects.toThrow();
    expect([asked, guard.breaker()]).toEqual([4, 'closed']);
    await expect(guard.once(ask)).rejects.toThrow();
    expect([asked, guard.breaker()]).toEqual([5, 'open']);
  });

  it('refuses at once while one call tries whether a server that hung is back', async () => {
    const away = new Error('away');
    const guard = openGuard({
      isAway: () => true,
      translate: () => away,
      waitingMax: 10,
      tooMuchWaits: () => new Error('too much'),
    });
    for (let n = 0; n < 5; n += 1) {
      await expect(guard.once(() => Promise.reject(away))).rejects.toBe(away);
    }
    const hanging = Promise.withResolvers<string>();
    let tried: Promise<string> | null = null;
    await vi.waitFor(() => {
      tried = guard.once(() => hanging.promise);
      tried.catch(() => undefined);
      expect(guard.breaker()).toBe('half-open');
    });
    const refused = guard.once(async () => 'asked').catch((cause: unknown) => cause);
    const later = new Promise((resolve) => setImmediate(resolve, 'it waits'));
    expect(await Promise.race([refused, later])).toBe(away);
    hanging.resolve('back');
    expect(await tried).toBe('back');
    expect(guard.breaker()).toBe('closed');
  });
});
