import { beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../../api/auth/access.ts';
import type { Commands } from '../../../commands/commands.ts';
import { ada } from '../../../domain/testing/people.ts';
import { openEmbeddedCache } from '../../adapters/cache/embedded.ts';
import type { Cache } from '../../adapters/cache/port.ts';
import { CacheUnavailable } from '../../adapters/cache/port.ts';
import type { AppendRequest, EventStore } from '../../adapters/event-store/port.ts';
import { openMeter } from './meter.ts';
import type { Sample } from './testing.ts';
import { sampleOf, samplesOf } from './testing.ts';
import type { Watch } from './watch.ts';
import { watchedAccess, watchedCache, watchedCommands, watchedEventStore } from './watch.ts';

let nowMs = 0;
let watch: Watch;
beforeEach(() => {
  nowMs = 0;
  watch = { meter: openMeter(), now: () => nowMs };
});
const told = async (): Promise<readonly Sample[]> => samplesOf(await watch.meter.text());

describe('commands that are watched', () => {
  const message = {} as Parameters<Commands['sendMessage']>[1];
  const watched = (answer: () => Promise<unknown>) =>
    watchedCommands({ sendMessage: answer, account: answer } as unknown as Commands, watch);

  it.each([
    [{ kind: 'done' }, 'ok'],
    [{ kind: 'conflict' }, 'conflict'],
    [{ kind: 'overloaded' }, 'overloaded'],
    [{ kind: 'unavailable' }, 'unavailable'],
    [{ kind: 'refused', refusal: { kind: 'not-a-member' } }, 'refused'],
  ])('answer %j as before, and it counts as %s', async (answer, outcome) => {
    expect(await watched(async () => answer).sendMessage(ada, message)).toBe(answer);
    const labels = { command: 'send-message', outcome };
    expect(sampleOf(await told(), 'parley_commands_total', labels)).toBe(1);
  });

  it('count a defect as failed, and throw it on', async () => {
    const defect = new Error('a defect');
    const failing = watched(() => Promise.reject(defect));
    await expect(failing.sendMessage(ada, message)).rejects.toBe(defect);
    expect(sampleOf(await told(), 'parley_commands_total', { outcome: 'failed' })).toBe(1);
  });

  it('are timed by the clock that was handed in', async () => {
    const slow = watched(async () => {
      nowMs += 300;
      return { kind: 'done' };
    });
    await slow.sendMessage(ada, message);
    const samples = await told();
    expect(sampleOf(samples, 'parley_command_seconds_sum')).toBeCloseTo(0.3);
    expect(sampleOf(samples, 'parley_command_seconds_bucket', { le: '0.25' })).toBe(0);
    expect(sampleOf(samples, 'parley_command_seconds_bucket', { le: '0.5' })).toBe(1);
  });

  it('count a registration that is refused once, at the door', async () => {
    const refusal = { kind: 'name-empty' };
    const commands = watched(async () => ({ kind: 'refused', refusal }));
    const register = { type: 'register' } as Parameters<Commands['account']>[1];
    const behind = { register: async () => commands.account(ada, register) };
    const access = watchedAccess(behind as unknown as Access, watch);
    await access.register({} as Parameters<Access['register']>[0]);
    expect(sampleOf(await told(), 'parley_refusals_total', { code: 'NAME_EMPTY' })).toBe(1);
  });
});

describe('an event store that is watched', () => {
  const request = { events: [{}, {}, {}] } as unknown as AppendRequest;
  const watched = (append: () => Promise<unknown>) =>
    watchedEventStore({ append } as unknown as EventStore, watch);

  it('tells how large an append was, how long it took and what came of it', async () => {
    await watched(async () => {
      nowMs += 4;
      return { kind: 'conflict' };
    }).append(request);
    const samples = await told();
    expect(sampleOf(samples, 'parley_append_events_sum')).toBe(3);
    expect(sampleOf(samples, 'parley_append_seconds_sum', { outcome: 'conflict' })).toBe(0.004);
  });

  it('counts an append without an answer as unavailable', async () => {
    const away = watched(() => Promise.reject(new Error('away')));
    await expect(away.append(request)).rejects.toThrow('away');
    const outcome = { outcome: 'unavailable' };
    expect(sampleOf(await told(), 'parley_append_seconds_count', outcome)).toBe(1);
  });
});

describe('a cache that is watched', () => {
  it('has every call of its port watched, and answers as before', async () => {
    const plain = openEmbeddedCache({ now: () => nowMs });
    const watched = watchedCache(plain, watch);
    const unwatched = (of: object, by: object) =>
      Object.entries(of).filter(([name, value]) => {
        return typeof value === 'function' && (by as Record<string, unknown>)[name] === value;
      });
    expect(unwatched(plain, watched).map(([name]) => name)).toEqual(['health']);
    expect(unwatched(plain.registry, watched.registry)).toEqual([]);
    await watched.set('a', 'b', { expiresInMs: 1_000 });
    expect(await watched.get('a')).toBe('b');
    const calls = { call: 'get', outcome: 'ok' };
    expect(sampleOf(await told(), 'parley_cache_calls_total', calls)).toBe(1);
  });

  it('tells a machine that is away from a defect', async () => {
    const failing = (cause: Error) =>
      watchedCache({ registry: {}, get: () => Promise.reject(cause) } as unknown as Cache, watch);
    await expect(failing(new CacheUnavailable('away')).get('a')).rejects.toThrow('away');
    await expect(failing(new TypeError('no')).get('a')).rejects.toThrow('no');
    const samples = await told();
    for (const outcome of ['away', 'failed']) {
      expect(sampleOf(samples, 'parley_cache_calls_total', { call: 'get', outcome })).toBe(1);
    }
  });
});
