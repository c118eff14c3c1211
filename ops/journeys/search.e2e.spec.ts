import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import { searchProjections } from '../../projections/all.ts';
import { messageSearch } from '../../projections/message-search/message-search.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import { indexer } from '../../workers/indexer/indexer.ts';
import { rebuildIndex } from '../../workers/indexer/rebuild-index.ts';
import type { Platform } from '../compose.ts';
import { openPlatform } from '../compose.ts';
import { readSettings } from '../config/config.ts';
import { partitionOfKey } from '../workers.ts';
import type { Answer, Caller } from './testing.ts';
import { ask, eventually, register, send } from './testing.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'parley-search-'));
let platform: Platform;
let ada: Caller;
let room = '';

beforeAll(async () => {
  await promisify(execFile)(
    process.execPath,
    ['ops/launch.cjs', 'ops/import/main.ts', 'ops/import/sample.ndjson'],
    { cwd: root, env: { ...process.env, PARLEY_DATA: folder } },
  );
  platform = await start();
  ada = await register(platform.url, 'Ada');
  room = await importedRoom();
  await ada.ask(
    'mutation ($id: ID!) { join(input: { conversationId: $id }) { refusal { code } } }',
    { id: room },
  );
}, 120_000);
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** On the same folder each time, which stays when it stops. */
async function start(): Promise<Platform> {
  const outcome = readSettings({ PARLEY_PORT: '0', PARLEY_DATA: folder }, folder);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  return openPlatform(outcome.settings.config);
}

async function importedRoom(): Promise<string> {
  const [row] = await platform.machines.tables.query<{ readonly id: ConversationId }>({
    text: 'select conversation_id as id from conversation_details.conversation limit 1',
    values: [],
  });
  if (!row) throw new Error('nothing was imported');
  return encodeNodeId({ type: 'Conversation', conversationId: row.id });
}

async function found(who: Caller, query: string, kinds = ['MESSAGE']): Promise<readonly Answer[]> {
  const data = await who.ask(
    `query ($query: String!, $kinds: [SearchKind!]) {
      search(query: $query, kinds: $kinds, first: 50, order: NEWEST) { edges { node {
        ... on PersonHit { person { id name } }
        ... on ConversationHit { conversation { id title } }
        ... on MessageHit { message { number text } } } } } }`,
    { query, kinds },
  );
  return data.search.edges.map(({ node }: Answer) => node.message ?? node.person ?? node);
}
const texts = async (who: Caller, query: string) =>
  (await found(who, query)).map(({ text }: Answer) => text);
const finds = (query: string, expected: readonly string[]) =>
  eventually(async () => expect(await texts(ada, query)).toEqual(expected));

describe('what real people said', () => {
  it('is found by its words, with the people and the room, on each device', async () => {
    await eventually(async () => {
      expect(await texts(ada, '"how many partitions"')).toEqual([
        'HrdwrBoB: ok how many partitions should i make?',
      ]);
    });
    expect(await found(ada, 'HrdwrBoB', ['PERSON'])).toMatchObject([{ name: 'HrdwrBoB' }]);
    const rooms = await found(ada, 'ubuntu', ['CONVERSATION']);
    expect(rooms).toMatchObject([{ conversation: { id: room } }]);
    const email = await ada.ask('{ viewer { email } }');
    const { logIn } = await ask(
      platform.url,
      `mutation ($email: String!) {
        logIn(input: { email: $email, password: "correct horse", device: "second" }) {
          session { accessToken } } }`,
      { variables: email.viewer },
    );
    const second: Caller = {
      ...ada,
      ask: (query, variables = {}) =>
        ask(platform.url, query, { variables, token: logIn.session.accessToken }),
    };
    expect(await texts(second, 'partitions')).toEqual(await texts(ada, 'partitions'));
    const stranger = await register(platform.url, 'Stranger');
    expect(await texts(stranger, 'partitions')).toEqual([]);
  });

  it('is found as it was edited, and not when it is deleted', async () => {
    const { message } = await send(ada, room, 'my zeppelin hovers');
    await finds('zeppelin', ['my zeppelin hovers']);
    await ada.ask(
      `mutation ($id: ID!, $n: Int!) {
        editMessage(input: { conversationId: $id, number: $n, text: "my dirigible hovers" }) {
          refusal { code } } }`,
      { id: room, n: message.number },
    );
    expect(await texts(ada, 'zeppelin')).toEqual([]);
    await finds('dirigible', ['my dirigible hovers']);
    await ada.ask(
      `mutation ($id: ID!, $n: Int!) {
        deleteMessage(input: { conversationId: $id, number: $n, for: EVERYONE }) {
          refusal { code } } }`,
      { id: room, n: message.number },
    );
    expect(await texts(ada, 'dirigible')).toEqual([]);
  });

  it('is found while the index is built anew, and so is what is said meanwhile', async () => {
    const before = await texts(ada, 'partitions');
    expect(before.length).toBeGreaterThan(1);
    const { machines, progress } = platform;
    const newer = { ...messageSearch, version: messageSearch.version + 1 };
    let building = true;
    const rebuilt = rebuildIndex(
      { ...machines, ...{ progress, recordsMax: 20, projection: newer } },
      new AbortController().signal,
    ).finally(() => {
      building = false;
    });
    let said = 0;
    while (building) {
      expect(await texts(ada, 'partitions')).toEqual(before);
      await send(ada, room, 'albatross');
      said += 1;
    }
    expect(await rebuilt).toBe('switched');
    expect(await texts(ada, 'partitions')).toEqual(before);
    // The platform's own indexer is the older program now, and writes into this one no more.
    const stop = new AbortController();
    const keeping = indexer({
      ...{ ...machines, partitionOf: partitionOfKey },
      projections: searchProjections.map((one) => (one.index === newer.index ? newer : one)),
    }).run(stop.signal);
    await eventually(async () => expect(await texts(ada, 'albatross')).toHaveLength(said));
    stop.abort();
    await keeping;
  });

  it('is found again after the file of the index was deleted', async () => {
    const before = await texts(ada, 'partitions');
    await platform[Symbol.asyncDispose]();
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(folder, `search.db${end}`), { force: true });
    platform = await start();
    const { url } = platform;
    const back: Caller = {
      ...ada,
      ask: (query, variables = {}) => ask(url, query, { variables, token: ada.token }),
    };
    await eventually(async () => expect(await texts(back, 'partitions')).toEqual(before), 30_000);
  });
});
