import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract } from './contract.ts';
import { openEmbeddedEventLog } from './embedded.ts';

eventLogContract('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-log-'));
  let nowMs = 0;
  const log = openEmbeddedEventLog({ path: join(folder, 'log.db'), now: () => nowMs });
  return {
    log,
    pass: (ms) => {
      nowMs += ms;
    },
    dispose: async () => {
      await log[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
