import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from './journeys/process-tree.ts';
import { openProcessTree } from './journeys/process-tree.ts';
import { ask } from './journeys/testing.ts';

const root = join(import.meta.dirname, '..');
const tree = openProcessTree();
const alone = mkdtempSync(join(tmpdir(), 'parley-demo-'));
let platform: Program;
beforeAll(async () => {
  platform = await tree.program({ name: 'platform', script: ['ops/start.ts'], serves: true });
}, 120_000);
afterAll(async () => {
  await tree[Symbol.asyncDispose]();
  rmSync(alone, { recursive: true, force: true });
});

/** A script as npm runs it: on this data folder, with this port. */
async function script(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {
    PARLEY_DATA: tree.folder,
    PARLEY_PORT: new URL(platform.url).port,
  },
) {
  const child = spawn(process.execPath, ['ops/launch.cjs', ...words], {
    cwd: root,
    env: { ...process.env, ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      said += String(part);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

/** Logs in as the printed line says. */
async function joins(url: string, said: string): Promise<readonly string[]> {
  const [, email, password] = /log in with (\S+) and the password "([^"]+)"/.exec(said) ?? [];
  const data = await ask(
    url,
    `mutation ($input: LogInInput!) { logIn(input: $input) {
      refusal { code } viewer { inbox(first: 10) { edges { node { title } } } } } }`,
    { variables: { input: { email, password, device: 'spec' } } },
  );
  expect(data.logIn.refusal).toBeNull();
  const edges: { readonly node: { readonly title: string } }[] = data.logIn.viewer.inbox.edges;
  return edges.map(({ node }) => node.title);
}

describe('beside a platform that runs', () => {
  it('people of the demo talk on it, while a read model is built anew and switched', async () => {
    const talking = script(['ops/demo/main.ts', '--messages', '12']);
    const rebuilt = await script(['ops/rebuild.ts', 'inbox']);
    expect([rebuilt.code, rebuilt.said]).toEqual([0, expect.stringMatching(/and switched\.\n$/)]);
    const { code, said } = await talking;
    expect([code, said]).toEqual([0, expect.stringContaining(`on ${platform.url}. Join them`)]);
    expect(await joins(platform.url, said)).toHaveLength(3);
    const again = await script(['ops/rebuild.ts', 'inbox', '--keep-on-difference']);
    expect([again.code, again.said]).toEqual([0, expect.not.stringContaining('DIFFERS')]);
  }, 120_000);

  it('nothing is parked, and a wrong use is told in the words of the script', async () => {
    expect(await script(['ops/parked.ts'])).toEqual({ code: 0, said: 'Nothing is parked.\n' });
    const wrong = await script(['ops/rebuild.ts', 'outbox']);
    expect(wrong.said).toMatch(/^Name one read model to rebuild: .*inbox/);
    expect(wrong.code).toBe(1);
  });

  it('nobody imports into it: the data folder is held, and by whom is told', async () => {
    const { code, said } = await script(['ops/import/main.ts', 'ops/import/sample.ndjson']);
    expect(said).toContain(`in use by another Parley (process`);
    expect(said).toContain(platform.url);
    expect(code).toBe(1);
  });
});

describe('where none runs', () => {
  const environment = { PARLEY_DATA: alone, PARLEY_PORT: '0' };

  it('the demo starts one, fills it, and leaves what it said', async () => {
    const { code, said } = await script(['ops/demo/main.ts', '--messages', '5'], environment);
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(
        /^No platform runs[^\n]*\n24 people talk in 3 groups on http[^\n]*\n5 messages were said\./,
      ),
    ]);
    const rebuilt = await script(['ops/rebuild.ts', 'timeline'], environment);
    expect([rebuilt.code, rebuilt.said]).toEqual([
      0,
      expect.stringMatching(/message: \d+ rows, equal[\s\S]*and switched\.\n$/),
    ]);
    expect(await script(['ops/parked.ts'], environment)).toMatchObject({ code: 0 });
  }, 120_000);
});
