import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveRpc } from '../../rpc/server.ts';
import { cacheContract } from './contract.ts';
import { openEmbeddedCache } from './embedded.ts';
import { serveCache } from './serve.ts';
import { openServedCache } from './served.ts';
import { until } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-cache-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

cacheContract('served by another process', async () => {
  const own = mkdtempSync(join(tmpdir(), 'parley-cache-'));
  let nowMs = 0;
  const held = openEmbeddedCache({ now: () => nowMs });
  const server = await serveRpc(join(own, 'engines.sock'), serveCache(held));
  const cache = openServedCache({ path: join(own, 'engines.sock') });
  return {
    cache,
    pass: async (ms) => {
      nowMs += ms;
    },
    dispose: async () => {
      await cache[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      rmSync(own, { recursive: true, force: true });
    },
  };
});

describe('a listener to a cache whose process restarts', () => {
  it('hears what is sent afterwards, and is told that it may have missed something', async () => {
    const path = join(folder, 'engines.sock');
    const first = await serveRpc(path, serveCache(openEmbeddedCache({ now: Date.now })));
    await using cache = openServedCache({ path, retryDelayMs: 10 });
    const heard: string[] = [];
    const gaps: string[] = [];
    await cache.subscribe('channel', (message) => heard.push(message), {
      onGap: () => gaps.push(heard.join()),
    });
    await cache.publish('channel', 'before');
    await until(() => heard.length === 1);
    await first[Symbol.asyncDispose]();
    await using second = await serveRpc(path, serveCache(openEmbeddedCache({ now: Date.now })));
    expect(second).toBeDefined();
    await until(() => gaps.length === 1);
    await cache.publish('channel', 'after');
    await until(() => heard.length === 2);
    expect([heard, gaps]).toEqual([['before', 'after'], ['before']]);
  });

  it('waits through a short restart instead of failing', async () => {
    const path = join(folder, 'engines.sock');
    await using cache = openServedCache({ path });
    const setting = cache.set('key', 'value', { expiresInMs: 60_000 });
    await using host = await serveRpc(path, serveCache(openEmbeddedCache({ now: Date.now })));
    expect(host).toBeDefined();
    await setting;
    expect(await cache.get('key')).toBe('value');
  });
});
