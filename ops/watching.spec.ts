import { describe, expect, it } from 'vitest';
import { atOnce, openWatching } from './watching.ts';

describe('watching', () => {
  it('is nothing at all where no port is named: nothing is wrapped, and nothing timed', () => {
    expect(openWatching({ metrics: null })).toBeNull();
  });
});

describe('a scrape', () => {
  it('is read once for all who ask at the same time, and anew for who comes later', async () => {
    let reads = 0;
    const scrape = atOnce(async () => {
      reads += 1;
      return reads;
    });
    expect(await Promise.all([scrape(), scrape(), scrape()])).toEqual([1, 1, 1]);
    expect(await scrape()).toBe(2);
  });
});
