import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../tidy/sources.ts';
import { usageOf } from './load/processes.ts';
import { report } from './load/report.ts';

// A whole archive into an empty platform, with the comparison at the end, as `npm run import` does.
const archive = process.env.PARLEY_TEST_ARCHIVE;
if (archive === undefined) console.log('  skipped: name the archive with --archive FILE');
else await importAll(archive);

async function importAll(path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['ops/launch.cjs', 'ops/import/main.ts', path], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PARLEY_DATA: folder },
  });
  let said = '';
  child.stdout.on('data', (part) => {
    said += part;
  });
  let cpuSeconds = 0;
  let bytes = 0;
  const timer = setInterval(() => {
    const usage = usageOf(child.pid ?? 0);
    cpuSeconds = Math.max(cpuSeconds, usage.cpuSeconds);
    bytes = Math.max(bytes, usage.bytes);
  }, 250);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(timer);
  const seconds = (performance.now() - startedAt) / 1_000;
  rmSync(folder, { recursive: true, force: true });
  const stored = Number(/(\d+) messages stored/.exec(said)?.[1] ?? 0);
  if (code !== 0 || !said.includes('Everything agrees')) throw new Error(said.slice(-2_000));
  report('import', {
    title: 'Import of a whole archive',
    note: 'both cores, with the comparison of archive, log and read models at the end',
    rows: [
      { what: 'seconds, all in all', value: seconds, unit: 's', must: 90, aim: 30 },
      { what: 'messages', value: stored, unit: '' },
      { what: 'messages a second', value: stored / seconds, unit: '/s' },
      { what: 'CPU a 1,000 messages', value: (cpuSeconds * 1_000) / stored, unit: 's' },
      { what: 'memory at most', value: bytes / 2 ** 20, unit: 'MiB' },
    ],
  });
}
