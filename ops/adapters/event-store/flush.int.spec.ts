import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newFolder } from './testing/folder.ts';

const appender = fileURLToPath(new URL('./testing/appender.ts', import.meta.url));
const together = 8; // appends that the appender has under way, so at most so many share a flush

/**
 * Runs the appender until it has printed so many lines; gives what the system was asked, in order.
 */
async function watched(path: string, lines: number): Promise<readonly string[]> {
  const told = join(dirname(path), 'calls');
  const calls = 'trace=fsync,fdatasync,write';
  const child = spawn('strace', ['-f', '-e', calls, '-o', told, process.execPath, appender, path], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true, // so that the kill reaches both
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.split('\n').length > lines && child.pid) process.kill(-child.pid, 'SIGKILL');
  }
  return readFileSync(told, 'utf8').split('\n');
}

test('what is acknowledged is on the disk: a flush for each batch, ahead of its answers', async ({
  skip,
}) => {
  if (spawnSync('strace', ['-V']).error) {
    skip('there is no strace here to see flushes with');
  }
  const { path, dispose } = await newFolder();
  const calls = await watched(path, 400);
  let flushes = 0;
  let atFirst = 0;
  let acknowledged = 0;
  for (const call of calls) {
    // A call that another interrupts ends on a line of its own.
    if (/(fsync|fdatasync)(\(\d+\)| resumed>\)?.*) += 0/.test(call)) flushes += 1;
    const answers = /\bwrite\(1, "[0-9a-f-]{32}"/.test(call) ? 1 : 0;
    if (acknowledged === 0 && answers > 0) atFirst = flushes;
    acknowledged += answers;
    const due = atFirst + Math.ceil(acknowledged / together) - 1;
    expect(flushes, `before ${acknowledged} answers`).toBeGreaterThanOrEqual(due);
  }
  expect(atFirst).toBeGreaterThan(0);
  expect(acknowledged).toBeGreaterThan(100);
  await dispose();
});
