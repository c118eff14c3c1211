import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one test, removed by `dispose`. */
export async function newFolder(): Promise<{
  readonly folder: string;
  readonly path: string;
  dispose(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'event-store-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  return { folder, path: join(folder, 'log.db'), dispose };
}
