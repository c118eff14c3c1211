import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer, Caller } from './journeys/testing.ts';
import { ask, createGroup, openDevice, register, send } from './journeys/testing.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'parley-stop-'));
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start() {
  const child = spawn(process.execPath, ['ops/launch.cjs', 'ops/start.ts'], {
    cwd: root,
    env: { ...process.env, PARLEY_PORT: '0', PARLEY_DATA: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    }),
  );
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      said += String(text);
      const found = /(http:\/\/[\d.:]+)\/ [\s\S]*Ctrl-C/.exec(said);
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then(() => reject(new Error(said)));
  });
  return { child, url, ended, said: () => said };
}

describe('a platform that is told to stop', () => {
  // Its own watchdog ends it with 1 after the ten seconds that are promised; 0 is a clean stop.
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s, while people talk and one request never ends, stops cleanly and loses nothing',
    async (signal) => {
      const { child, url, ended, said } = await start();
      const ada = await register(url, 'Ada');
      const group = await createGroup(ada, []);
      const device = openDevice(url, ada, ada.cursor);
      const { port } = new URL(url);
      const endless = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      endless.write('POST /graphql HTTP/1.1\r\nhost: parley\r\ncontent-length: 99\r\n\r\n{');
      const acknowledged = new Map<number, string>();
      const talk = async (): Promise<void> => {
        for (let n = 0; child.exitCode === null; n += 1) {
          const text = `message ${n} ${v7()}`;
          const sent: Answer = await send(ada, group, text).catch(() => null);
          if (sent === null) return;
          if (sent.message) acknowledged.set(sent.message.number, text);
          if (acknowledged.size === 200) child.kill(signal);
        }
      };
      await Promise.all(Array.from({ length: 32 }, talk));
      expect([await ended, said()]).toEqual([0, expect.stringMatching(/Stopped\.\n$/)]);
      await device.stop().catch(() => undefined); // it finds nobody any more
      endless.destroy();
      const again = await start();
      const there: Caller = {
        ...ada,
        ask: (query, variables = {}) => ask(again.url, query, { variables, token: ada.token }),
      };
      await expectHeld(there, group, acknowledged);
      again.child.kill(signal);
      expect(await again.ended).toBe(0);
    },
    120_000,
  );
});

/** Every message that was acknowledged is there, under its number. */
async function expectHeld(
  caller: Caller,
  group: string,
  acknowledged: ReadonlyMap<number, string>,
): Promise<void> {
  const found = new Map<number, string>();
  const document = `query ($id: ID!, $after: String) { conversation(id: $id) {
    messages(first: 100, after: $after) {
      edges { node { number text } } pageInfo { endCursor hasNextPage } } } }`;
  for (let after: string | null = null, more = true; more; ) {
    const { conversation }: Answer = await caller.ask(document, { id: group, after });
    const { edges, pageInfo } = conversation.messages;
    for (const { node } of edges) found.set(node.number, node.text);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(200);
  for (const [number, text] of acknowledged)
    expect([number, found.get(number)]).toEqual([number, text]);
}
