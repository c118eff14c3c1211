import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import { systemClock } from '../../projections/clock.ts';
import { socketLimits } from '../limits.ts';
import type { Connection } from './connection.ts';
import { keepWatch } from './keep-watch.ts';

const { silenceMs } = socketLimits;
const ada = '0198c5c0-0000-7000-8000-00000000000a' as UserId;

describe('the watch over sockets', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  /** What was done to a socket, in order. */
  function socketOf({ expiresAtMs = Number.MAX_SAFE_INTEGER, anonymous = false } = {}) {
    const done: string[] = [];
    let heard = true;
    const connection = {
      viewer: () => (anonymous ? null : { userId: ada, expiresAtMs }),
      wasHeard: () => {
        const was = heard;
        heard = false;
        return was;
      },
      socket: {
        close: (code: number) => done.push(`closed ${code}`),
        ping: () => done.push('pinged'),
        terminate: () => done.push('ended'),
      },
    } as unknown as Connection;
    const speak = () => {
      heard = true;
    };
    return { connection, done, speak };
  }
  const watch = (...connections: Connection[]) =>
    keepWatch(new Set(connections), {
      limits: { ...socketLimits, framesPerSecond: 1, framesBurst: 1 },
      ...{ now: Date.now, clock: systemClock },
    });

  it('closes those whose token ran out with the code that asks for a fresh one', () => {
    const [runsOut, stays] = [socketOf({ expiresAtMs: 12_000 }), socketOf()];
    using _watch = watch(runsOut.connection, stays.connection);
    vi.advanceTimersByTime(10_000);
    expect(runsOut.done).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect([runsOut.done, stays.done]).toEqual([['closed 4403'], []]);
  });

  it('pings the silent ones, and ends those that stay silent', () => {
    const { connection, done } = socketOf();
    using _watch = watch(connection);
    vi.advanceTimersByTime(silenceMs);
    expect(done).toEqual([]); // it spoke in the beginning
    vi.advanceTimersByTime(silenceMs);
    expect(done).toEqual(['pinged']);
    vi.advanceTimersByTime(silenceMs);
    expect(done).toEqual(['pinged', 'ended']);
  });

  it('leaves alone whoever answers a ping, as often as it is asked', () => {
    const { connection, done, speak } = socketOf();
    using _watch = watch(connection);
    let answered = 0;
    for (let time = 0; time < 6; time += 1) {
      vi.advanceTimersByTime(silenceMs);
      if (done.length > answered) speak();
      answered = done.length;
    }
    expect(done).toEqual(['pinged', 'pinged', 'pinged']);
  });

  it('says nothing about tokens of those who have not come in yet', () => {
    const { connection, done } = socketOf({ anonymous: true, expiresAtMs: 0 });
    using _watch = watch(connection);
    vi.advanceTimersByTime(silenceMs);
    expect(done).toEqual([]);
  });

  it('is one timer for all, and none when it is over', () => {
    const sockets = Array.from({ length: 100 }, () => socketOf());
    const watched = watch(...sockets.map(({ connection }) => connection));
    expect(vi.getTimerCount()).toBe(1);
    watched[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});
