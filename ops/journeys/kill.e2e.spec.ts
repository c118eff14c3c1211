import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer, Caller } from './testing.ts';
import { ask, createGroup, register, send } from './testing.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'parley-kill-'));
const running = new Set<ChildProcess>();
let said = '';
afterAll(async () => {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all([...running].map(ended));
  rmSync(folder, { recursive: true, force: true });
});

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

async function start(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['ops/launch.cjs', 'ops/start.ts'], {
    cwd: root,
    env: { ...process.env, PARLEY_PORT: '0', PARLEY_DATA: folder, PARLEY_LOG_LEVEL: 'debug' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      said += String(text);
      const found = /(http:\/\/[\d.:]+)\/ [\s\S]*Ctrl-C/.exec(
        said.slice(said.lastIndexOf('ready')),
      );
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => reject(new Error(said)));
  });
  return { child, url };
}

/** All files of the data folder but those of the read models, which hold open text. */
function filesBesidesReadModels(): readonly Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/postgres\/data\/|\/search\.db/.test(path))
    .map((path) => readFileSync(path));
}

describe('a platform that is killed at any moment', () => {
  const canary = () => `canary${v7().replaceAll('-', '')}`;
  const planted = { name: canary(), title: canary(), text: canary() };
  let ada: Caller;
  let group = '';
  const acknowledged: number[] = [];

  it('keeps every acknowledged message, three times over (law 1)', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { child, url } = await start();
      if (round === 0) {
        ada = await register(url, planted.name);
        group = await createGroup(ada, [], planted.title);
      }
      const here: Caller = {
        ...ada,
        ask: (query, variables = {}) => ask(url, query, { variables, token: ada.token }),
      };
      const kill = setTimeout(() => child.kill('SIGKILL'), 150 + Math.random() * 300);
      const sends = Array.from({ length: 4_000 }, async (_, at) => {
        await new Promise((resolve) => setTimeout(resolve, at));
        const sent: Answer = await send(here, group, `${planted.text} ${round}`);
        if (sent.message) acknowledged.push(sent.message.number);
      });
      await Promise.allSettled(sends);
      clearTimeout(kill);
      await ended(child);
    }
    const { child, url } = await start();
    expect(acknowledged.length).toBeGreaterThan(20);
    const data = await ask(url, 'query ($id: ID!) { conversation(id: $id) { lastNumber } }', {
      variables: { id: group },
      token: ada.token,
    });
    expect(data.conversation.lastNumber).toBeGreaterThanOrEqual(Math.max(...acknowledged));
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    for (const number of acknowledged.slice(-40)) {
      const found: Answer = await ask(
        url,
        'query ($id: ID!, $n: Int!) { conversation(id: $id) { message(number: $n) { text } } }',
        { variables: { id: group, n: number }, token: ada.token },
      );
      expect(found.conversation.message.text).toContain(planted.text);
    }
    child.kill('SIGTERM');
    await ended(child);
  });

  it('tells a second start who holds the data, and leaves it alone', async () => {
    const { child } = await start();
    const second = spawn(process.execPath, ['ops/launch.cjs', 'ops/start.ts'], {
      cwd: root,
      env: { ...process.env, PARLEY_PORT: '0', PARLEY_DATA: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    second.stderr?.on('data', (text) => {
      words += String(text);
    });
    await ended(second);
    expect(words).toMatch(new RegExp(`in use by another Parley \\(process ${child.pid}, http`));
    child.kill('SIGTERM');
    await ended(child);
    expect(child.exitCode).toBe(0);
  });

  it('holds no open personal text in log, event log, snapshots, keys or log lines', () => {
    const files = filesBesidesReadModels();
    expect(files.length).toBeGreaterThan(3);
    for (const token of Object.values(planted)) {
      expect(files.filter((bytes) => bytes.includes(token))).toEqual([]);
      expect(said).not.toContain(token);
    }
  });
});
