import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureEngineFile, urlOf, writeEngineFile } from '../adapters/analytics/engine/files.ts';
import { engineCommand } from '../adapters/analytics/engine-process.ts';
import { answersOk } from './answers.ts';
import { cacheFolder } from './cache-folder.ts';
import type { StackServer } from './server.ts';

/**
 * The real engine of ClickHouse, out of chdb, behind a thin face of its HTTP protocol: not
 * ClickHouse's own server, which no package registry has for Debian in a version of this decade.
 */
export const clickhouse: StackServer = {
  name: 'clickhouse',
  missing: () => {
    const libc = process.platform === 'linux' ? '-gnu' : '';
    const platform = `${process.platform}-${process.arch}${libc}`;
    const paths = createRequire(import.meta.url).resolve.paths('chdb') ?? [];
    const isThere = paths.some((path) => existsSync(join(path, '@chdb', `lib-${platform}`)));
    return isThere ? null : `chdb has no engine for ${platform}, or is not installed`;
  },
  fetch: async () => undefined, // npm has brought it
  command: ({ port, folder }) => {
    writeEngineFile(folder, { ...accounts(), port });
    return engineCommand(folder);
  },
  isReady: (port) => answersOk(`http://127.0.0.1:${port}/ping`),
  option: (port) => ({ name: 'PARLEY_ANALYTICS', value: urlOf({ ...accounts(), port }) }),
};

/** The same for every folder, so that an address can be told without one. */
const accounts = () => ensureEngineFile(cacheFolder('clickhouse'));
