import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A first start and its end, as the system was asked for it: flushes and renames, in order. */
function firstStart(folder: string): readonly string[] {
  const module = new URL('./postgres-process.ts', import.meta.url);
  const script = `import { startPostgres } from '${module}';
    await (await startPostgres(process.argv[1])).stop();`;
  const calls = join(folder, 'calls');
  const { status, stderr } = spawnSync('strace', [
    ...['-f', '-y', '-s', '500', '-e', 'trace=fsync,fdatasync,rename', '-o', calls],
    ...[process.execPath, '--input-type=module', '-e', script, join(folder, 'postgres')],
  ]);
  expect(status, String(stderr)).toBe(0);
  return readFileSync(calls, 'utf8').split('\n');
}

test('a power cut after the first start finds Postgres’ folder whole, or none', ({ skip }) => {
  if (spawnSync('strace', ['-V']).error) skip('there is no strace here to see flushes with');
  const folder = mkdtempSync(join(tmpdir(), 'parley-flush-'));
  const calls = firstStart(folder);
  const renamed = calls.findIndex((call) => /rename\("[^"]*data\.new"/.test(call));
  expect(renamed).toBeGreaterThan(0);
  const flushedBefore = (path: string) =>
    calls.slice(0, renamed).some((call) => call.includes('fsync(') && call.includes(path));
  for (const path of ['data.new/PG_VERSION>', 'data.new/global/pg_control>', 'data.new>']) {
    expect(flushedBefore(path), path).toBe(true);
  }
  const flushedAfter = (path: string) =>
    calls.slice(renamed).some((call) => call.includes('fsync(') && call.includes(`${path}>`));
  for (const path of [join(folder, 'postgres'), folder]) expect(flushedAfter(path)).toBe(true);
  rmSync(folder, { recursive: true, force: true });
});
