import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from '../bench/load/report.ts';
import { checkHistory } from './laws.ts';
import { readHistory } from './read-history.ts';

// 2,000,000 operations of 5,000 people, with one frame for two operations, read from a file.
const operations = 2_000_000;
const watching = 0.1; // share of devices that subscribe: what makes the frames
const readers = 1_500; // people whose whole histories stand at the end

const folder = mkdtempSync(join(tmpdir(), 'parley-laws-'));
const path = join(folder, 'history.jsonl');
try {
  make();
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const { isClean, seen, violations } = await checkHistory(readHistory(path));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const parsed = parsing();
  report('laws', {
    title: 'The law checker, 2,000,000 operations from a file',
    note: `seed 1, ${watching * 100} % of devices watch; clean: ${isClean}`,
    rows: [
      { what: 'CPU, one core', value: (user + system) / 1e6, unit: 's', must: 15 },
      { what: 'clock', value: seconds, unit: 's' },
      { what: '  of it parsing alone', value: parsed, unit: 's' },
      { what: 'file', value: statSync(path).size / 2 ** 20, unit: 'MiB' },
      { what: 'memory at most', value: process.resourceUsage().maxRSS / 1_024, unit: 'MiB' },
      { what: 'operations', value: seen.operations, unit: '' },
      { what: 'frames', value: seen.frames, unit: '' },
      { what: 'pages', value: seen.pages, unit: '' },
      { what: 'inboxes', value: seen.inboxes, unit: '' },
      { what: 'events of the log', value: seen.log, unit: '' },
      { what: 'lines', value: seen.lines, unit: '' },
      { what: 'violations', value: violations.length, unit: '', must: 0 },
    ],
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** In a process of its own, so that its memory is not counted. */
function make(): void {
  const maker = fileURLToPath(new URL('./testing/make-history.ts', import.meta.url));
  const words = ['--operations', String(operations), '--watching', String(watching)];
  const all = ['--max-old-space-size=8192', maker, path, ...words, '--readers', String(readers)];
  const { status } = spawnSync(process.execPath, all, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the history could not be made');
}

/** The floor: what reading every line costs that nobody looks at. */
function parsing(): number {
  const before = process.cpuUsage();
  let lines = 0;
  for (const { line } of readHistory(path)) lines += line.length > 0 ? 1 : 0;
  const { user, system } = process.cpuUsage(before);
  return lines > 0 ? (user + system) / 1e6 : 0;
}
