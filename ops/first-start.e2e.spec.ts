import { afterEach, describe, expect, it } from 'vitest';
import { startPlatform } from './journeys/testing.ts';

let platform: Awaited<ReturnType<typeof startPlatform>>;
afterEach(() => platform[Symbol.asyncDispose]());

describe('the first start on an empty folder', () => {
  it('has every read model before it is ready, whoever keeps them', async () => {
    platform = await startPlatform({ PARLEY_WORKERS: '' });
    const page = await (await fetch(platform.url)).text();
    for (const name of ['people', 'conversation-details', 'inbox', 'timeline']) {
      expect(page).toContain(`<th scope="row">${name}</th>`);
    }
    expect(page).toContain('in another process');
  });
});
