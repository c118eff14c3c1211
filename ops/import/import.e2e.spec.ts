import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const messages = 6_000;
const conversations = 5;

describe('the import of an archive', () => {
  let folder = '';
  let archive = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-import-'));
    archive = join(folder, 'archive.ndjson');
    writeFileSync(archive, Array.from({ length: messages }, (_, at) => lineOf(at)).join('\n'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const data = (name: string) => join(folder, name);
  function begin(name: string, file = archive) {
    const child = spawn(process.execPath, ['ops/launch.cjs', 'ops/import/main.ts', file], {
      cwd: root,
      env: { ...process.env, PARLEY_DATA: data(name) },
    });
    let said = '';
    child.stdout.on('data', (part) => {
      said += part;
    });
    child.stderr.on('data', (part) => {
      said += part;
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, ended, said: () => said };
  }
  /** Waits until so many bytes more of the log are written, or the import has ended. */
  async function written(bytes: number, child: ChildProcess, name: string): Promise<void> {
    const until = logBytes(data(name)) + bytes;
    while (logBytes(data(name)) < until && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('killed twice in the middle, stopped once, run again, agrees and has no double', async () => {
    for (const bytes of [600_000, 900_000]) {
      const killed = begin('killed');
      await written(bytes, killed.child, 'killed');
      killed.child.kill('SIGKILL');
      await killed.ended;
      expect(killed.said()).not.toContain('agrees');
    }
    const stopped = begin('killed');
    await written(600_000, stopped.child, 'killed');
    stopped.child.kill('SIGINT');
    expect(await stopped.ended).toBe(1);
    expect(stopped.said()).toMatch(/Stopped after \d+ messages\. Run it again and it goes on\./);

    const last = begin('killed');
    expect([await last.ended, last.said()]).toEqual([0, expect.stringContaining('agrees')]);
    const [, stored, found] = /(\d+) messages stored, (\d+) were there/.exec(last.said()) ?? [];
    expect(Number(stored) + Number(found)).toBe(messages);
    expect(Number(found)).toBeGreaterThan(0);
  });

  it('goes on after damaged lines and tells them with their numbers', async () => {
    const damaged = join(folder, 'damaged.ndjson');
    writeFileSync(damaged, [lineOf(0), '{"kind"', lineOf(5), lineOf(10)].join('\n'));
    const run = begin('damaged', damaged);
    expect(await run.ended).toBe(0);
    expect(run.said()).toContain('line 2: is no JSON');
    expect(run.said()).toContain('3 messages stored');
  });

  it('stores nothing of a file that is none of it', async () => {
    const run = begin('none', join(root, 'LICENSE'));
    expect(await run.ended).toBe(1);
    expect(run.said()).toMatch(/is no archive that can be imported.*Nothing was stored/s);
    expect(() => statSync(data('none'))).toThrow();
  });
});

/** Messages of a few people in turn, with replies and renames. */
function lineOf(at: number): string {
  const n = Math.floor(at / conversations);
  const base = { conversation: `#room ${at % conversations}`, n: n * 2, from: `nick${at % 7}` };
  const time = new Date(1_100_000_000_000 + at * 1_000).toISOString();
  const replyTo = n > 3 && at % 4 === 0 ? [(n - 2) * 2] : undefined;
  return JSON.stringify({ ...base, at: time, kind: 'message', text: `message ${at}`, replyTo });
}

function logBytes(folder: string): number {
  try {
    const files = readdirSync(folder).filter((name) => name.startsWith('events.db'));
    return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0; // not made yet
  }
}
