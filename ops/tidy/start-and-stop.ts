import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './sources.ts';

/** Starts the platform as `npm start` does, asks it once, stops it, and says what that took. */
const folder = mkdtempSync(join(tmpdir(), 'parley-start-'));
const begun = performance.now();
const child = spawn(process.execPath, [join(root, 'ops/launch.cjs'), join(root, 'ops/start.ts')], {
  cwd: folder,
  env: { ...process.env, PARLEY_PORT: '0', PARLEY_DATA: folder },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let printed = '';
child.stdout.on('data', (text) => {
  printed += String(text);
});
const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));

try {
  const url = await untilReady();
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  const { data } = (await answer.json()) as { data?: { __typename: string } };
  if (data?.__typename !== 'Query') throw new Error('the first answer is wrong');
  const answeredMs = performance.now() - begun;
  const lines = printed.trim().split('\n').length;
  if (lines > 15) throw new Error(`it printed ${lines} lines of 15`);
  child.kill('SIGTERM');
  const code = await exited;
  if (code !== 0) throw new Error(`it ended with ${code}`);
  console.log(`first answer after ${(answeredMs / 1000).toFixed(1)} s, ${lines} lines, clean stop`);
} finally {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function untilReady(): Promise<string> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
    const found = /(http:\/\/[\d.:]+)\/ /.exec(printed);
    if (found?.[1] && /Ctrl-C/.test(printed)) return found[1];
    if (child.exitCode !== null) throw new Error('it did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it was not ready within 60 s');
}
