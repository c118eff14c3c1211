import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticsearch as elasticsearchServer } from '../../stack/elasticsearch.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { searchContract } from './contract.ts';
import { openElasticsearch } from './elasticsearch.ts';
import type { ElasticsearchOptions } from './elasticsearch-connection.ts';
import { openEmbeddedSearch } from './embedded.ts';
import { SearchUnavailable } from './port.ts';
import type { Opened } from './testing/documents.ts';
import { all, messages, newRoom } from './testing/documents.ts';

const missing = lackOf(elasticsearchServer);
let server: TestServer;
/** A busy machine must not matter. */
const callMs = 30_000;

type Aware = Opened & { readonly raw: Client; readonly prefix: string };

async function open(more?: Partial<ElasticsearchOptions>): Promise<Aware> {
  const prefix = `test-${randomUUID()}`;
  const search = await openElasticsearch({ url: server.option.value, prefix, callMs, ...more });
  const raw = new Client({ node: server.option.value });
  return {
    ...{ search, raw, prefix },
    refresh: async () => {
      await raw.indices.refresh({ index: `${prefix}-*` });
    },
    dispose: async () => {
      await search[Symbol.asyncDispose]();
      await raw.close();
    },
  };
}

describe.skipIf(missing !== null)(`Elasticsearch (${missing ?? 'a server of its own'})`, () => {
  beforeAll(async () => {
    server = await openTestServer(elasticsearchServer);
  }, 300_000); // the first time it is fetched and built
  afterAll(() => server[Symbol.asyncDispose]());

  searchContract('Elasticsearch', (how) => open(how && { budgetMs: 0 }));

  it('finds what the embedded one finds, in the same order, whatever is asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-search-'));
    await using embedded = openEmbeddedSearch({ path: join(folder, 'search.db') });
    const opened = await open();
    const chosen = chooser(7);
    const textOf = () => Array.from({ length: 1 + chosen(9) }, () => pick(words, chosen)).join(' ');
    const room = newRoom(() => opened);
    const changes = Array.from({ length: 3_000 }, (_, at) => room.put(at + 1, textOf()));
    for (const search of [embedded, opened.search]) {
      await search.prepare('messages', 1);
      await search.apply(messages, changes);
    }
    await opened.refresh();
    for (let asked = 0; asked < 300; asked += 1) {
      const text = typed(textOf(), chosen);
      const order = chosen(2) === 0 ? 'newest' : 'relevance';
      const query = { text, order, first: 1 + chosen(40), within: room.within } as const;
      const [one, other] = [await embedded.findMessages(query), await room.hits(text, query)];
      const shown = (hits: typeof other) =>
        hits.map(({ number, highlights }) => [number, highlights]);
      expect(shown(other), text).toEqual(shown(one.hits));
    }
    await opened.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('remembers a removal longer than Elasticsearch remembers what it deleted', async () => {
    const opened = await open();
    const room = newRoom(() => opened);
    await opened.search.prepare('messages', 1);
    await opened.raw.indices.putSettings({
      ...{ index: `${opened.prefix}-messages`, settings: { gc_deletes: '0ms' } },
    });
    await opened.search.apply(messages, [room.put(1, 'secret'), room.remove(1, 5n)]);
    await opened.refresh();
    // What is deleted is forgotten by a look at another document, once its time is over.
    for (let at = 2; at < 50; at += 1) await opened.search.apply(messages, [room.put(at, 'other')]);
    await opened.search.apply(messages, [room.put(1, 'secret')]);
    await opened.refresh();
    expect(await room.find('secret')).toEqual([]);
    await opened.dispose();
  });

  it('takes a batch again after the server died in the middle of it', async () => {
    const opened = await open();
    const room = newRoom(() => opened);
    await opened.search.prepare('messages', 1);
    const changes = Array.from({ length: 20_000 }, (_, at) => room.put(at + 1, `olive ${at + 1}`));
    const applied = opened.search.apply(messages, changes);
    const outcome = applied.then(
      () => 'applied',
      (cause) => cause,
    );
    await expect.poll(() => count(opened), { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
    await server.stop();
    expect(await outcome).toBeInstanceOf(SearchUnavailable);
    for (let times = 0; times < 5; times += 1) {
      await expect(room.find('olive')).rejects.toBeInstanceOf(SearchUnavailable);
    }
    expect(await opened.search.health()).toMatchObject({ ok: false });

    await server.start();
    await expect
      .poll(async () => (await opened.search.health()).ok, { timeout: 60_000 })
      .toBe(true);
    await expect
      .poll(
        () =>
          room.find('olive 1').then(
            () => 'answers',
            () => 'away',
          ),
        { timeout: 60_000 },
      )
      .toBe('answers');
    await opened.search.apply(messages, [...changes, room.remove(7, 100_000n)]);
    await opened.search.apply(messages, changes.slice(0, 100));
    const documents = await all(opened.search.documents(messages));
    expect(documents).toHaveLength(19_999);
    await opened.dispose();
  }, 600_000);

  it('refuses more than may wait', async () => {
    const opened = await open({ waitingMax: 3 });
    await opened.search.prepare('people', 1);
    const asked = Array.from({ length: 5 }, () =>
      opened.search.findPeople({ text: 'ada', first: 1 }),
    );
    const refused = (await Promise.allSettled(asked)).flatMap((one) =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    expect(refused.map((cause) => cause.name)).toEqual(['SearchUnavailable', 'SearchUnavailable']);
    await opened.dispose();
  });
});

async function count({ raw, prefix }: Pick<Aware, 'raw' | 'prefix'>): Promise<number> {
  await raw.indices.refresh({ index: `${prefix}-messages` });
  return (await raw.count({ index: `${prefix}-messages` })).count;
}

const words = [
  ...['kernel', 'kernal', 'kernels', 'panic', 'network', 'manager', 'managers', 'the', 'a', 'of'],
  ...[
    'Grüße',
    'grusse',
    '東京都',
    '京都',
    '手机',
    'iPhone手机',
    '👍🏽',
    '👍',
    'apt-get',
    'get',
    'apt',
  ],
  ...['Straße', 'ısı', 'مُحَمَّد', 'שלום', 'thanks', 'thinks', 'tank', 'drive', 'drives', 'dirve'],
];

/** As somebody types it: some of the words, the last one begun, now and then in quotes. */
function typed(text: string, chosen: (below: number) => number): string {
  const some = text.split(' ').slice(0, 1 + chosen(3));
  const asked = some.join(' ');
  if (chosen(4) === 0) return `"${asked}"`;
  return chosen(2) === 0 ? asked : asked.slice(0, Math.max(1, asked.length - 1 - chosen(3)));
}

function pick<One>(from: readonly One[], chosen: (below: number) => number): One {
  return from[chosen(from.length)] as One;
}

/** The same numbers in every run. */
function chooser(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
