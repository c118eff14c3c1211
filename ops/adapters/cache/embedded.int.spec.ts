import { describe, expect, it } from 'vitest';
import { cacheContract } from './contract.ts';
import { openEmbeddedCache } from './embedded.ts';

cacheContract('embedded', async () => {
  let nowMs = 0;
  const cache = openEmbeddedCache({ now: () => nowMs });
  return {
    cache,
    pass: async (ms) => {
      nowMs += ms;
    },
    dispose: () => cache[Symbol.asyncDispose](),
  };
});

describe('an embedded cache that is full', () => {
  it('forgets what expires first, and stays within its bound', async () => {
    const cache = openEmbeddedCache({ now: () => 0, entriesMax: 100 });
    for (let at = 0; at < 1_000; at += 1) {
      await cache.set(`key ${at}`, 'x', { expiresInMs: 10_000 - at });
    }
    await cache.set('long', 'kept', { expiresInMs: 1_000_000 });
    for (let at = 0; at < 200; at += 1) await cache.set(`more ${at}`, 'x', { expiresInMs: 50_000 });
    expect(await cache.get('long')).toBe('kept');
    expect(await cache.get('key 999')).toBeNull();
  });
});
