import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedAnalytics } from '../../../ops/adapters/analytics/embedded.ts';
import type { Analytics } from '../../../ops/adapters/analytics/port.ts';

/** The real engine, in a folder of its own. */
export async function openTestAnalytics(): Promise<Analytics> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-facts-engine-'));
  const analytics = openEmbeddedAnalytics({ folder });
  return {
    ...analytics,
    [Symbol.asyncDispose]: async () => {
      await analytics[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
