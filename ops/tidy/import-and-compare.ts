import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './sources.ts';

/** Imports the sample twice through the real script: the second run must find everything there. */
const folder = mkdtempSync(join(tmpdir(), 'parley-import-'));
try {
  const first = run();
  if (!first.includes('Everything agrees.')) throw new Error(first);
  const second = run();
  if (!second.includes('0 messages stored') || !second.includes('Everything agrees.')) {
    throw new Error(second);
  }
  console.log(second.trim().split('\n').slice(-7).join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(): string {
  const words = ['ops/launch.cjs', 'ops/import/main.ts', join(root, 'ops/import/sample.ndjson')];
  const env = { ...process.env, PARLEY_DATA: folder };
  const done = spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
  return `${done.stdout}${done.stderr}`;
}
