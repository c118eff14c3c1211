import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openElasticsearch } from '../adapters/search/elasticsearch.ts';
import { openEmbeddedSearch } from '../adapters/search/embedded.ts';
import type { MessageDocument, Search } from '../adapters/search/port.ts';
import { elasticsearch } from '../stack/elasticsearch.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import type { Row } from './load/report.ts';
import { report } from './load/report.ts';
import { everythingIn, messagesOf } from './relevance/archive.ts';
import type { Judged } from './relevance/ndcg.ts';
import { wholePage } from './relevance/whole.ts';

// How long a search takes, and how that grows with what there is to search in: the texts of an
// archive, again and again, each time with a word more that nobody asks for.
const archive = process.env.PARLEY_TEST_ARCHIVE;
const sizes = [100_000, 1_000_000] as const;
const rounds = 5;
const batch = 10_000;
const serving = { index: 'messages', at: 'serving' } as const;

if (archive === undefined) console.log('  skipped: name the archive with --archive FILE');
else await measure(messagesOf(archive));

async function measure(documents: readonly MessageDocument[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-search-bench-'));
  const path = join(folder, 'search.db');
  const rows: Row[] = [];
  {
    await using search = openEmbeddedSearch({ path, callMs: 120_000 });
    rows.push(...(await figuresOf('FTS5', search, documents)));
    rows.push({ what: 'FTS5, file', value: statSync(path).size / 2 ** 20, unit: 'MiB' });
  }
  rmSync(folder, { recursive: true, force: true });
  const lack = lackOf(elasticsearch);
  if (lack !== null) console.log(`  without Elasticsearch: ${lack}`);
  else {
    await using server = await openTestServer(elasticsearch);
    await using search = await openElasticsearch({ url: server.option.value, callMs: 60_000 });
    rows.push(...(await figuresOf('Elasticsearch', search, documents)));
  }
  report('search', {
    title: 'Search',
    note: 'forty queries of ops/bench/relevance, each by relevance and by time, ten hits of all',
    rows,
  });
}

async function figuresOf(
  engine: string,
  search: Search,
  documents: readonly MessageDocument[],
): Promise<readonly Row[]> {
  await search.prepare('messages', 1);
  const rows: Row[] = [];
  const seen: number[] = [];
  let held = 0;
  for (const size of sizes) {
    const startedAt = performance.now();
    for (; held < size; held += batch) await search.apply(serving, repeated(documents, held));
    const seconds = (performance.now() - startedAt) / 1_000;
    const took = await timesOf(search, documents);
    const [p50 = 0, p99 = 0] = [percentile(took, 0.5), percentile(took, 0.99)];
    seen.push(p99);
    const among = `${engine}, ${size.toLocaleString('en')} messages`;
    const bound = size === sizes[1] ? { must: 50, aim: 20 } : {};
    rows.push({ what: `${among}, half are answered within`, value: p50, unit: 'ms' });
    rows.push({ what: `${among}, 99 % are answered within`, value: p99, unit: 'ms', ...bound });
    rows.push({ what: `${among}, the last of them taken in`, value: seconds, unit: 's' });
    for (const row of rows.slice(-3)) console.log(`  ${row.what} ${row.value.toFixed(1)}`);
  }
  const growth = (seen[1] ?? 0) / (seen[0] || 1);
  const what = `${engine}, growth of that by ten times as many`;
  rows.push({ what, value: growth, unit: '', must: 1.5 });
  return rows;
}

function repeated(documents: readonly MessageDocument[], from: number) {
  return Array.from({ length: batch }, (_, at) => {
    const nth = (from + at) % documents.length;
    const round = Math.floor((from + at) / documents.length);
    const { conversationId, number, sentAtMs, text, ...rest } = documents[nth] as MessageDocument;
    const id = `${conversationId}-${round}`;
    const document: MessageDocument = {
      ...{ ...rest, id: `${id}:${number}`, version: BigInt(from + at + 1), number },
      ...{ conversationId: id, sentAtMs: sentAtMs + round, text: `${text} ${from + at}` },
    };
    return { kind: 'put', document } as const;
  });
}

async function timesOf(search: Search, documents: readonly MessageDocument[]) {
  const file = new URL('./relevance/queries.json', import.meta.url);
  const queries: readonly Judged[] = JSON.parse(readFileSync(file, 'utf8'));
  const repeats = Math.ceil(sizes[1] / documents.length);
  const within = everythingIn(documents).flatMap(({ conversationId, ...numbers }) =>
    Array.from({ length: repeats }, (_, round) => ({
      ...{ conversationId: `${conversationId}-${round}`, ...numbers },
    })),
  );
  const took: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const { text } of queries) {
      for (const order of ['relevance', 'newest'] as const) {
        const startedAt = performance.now();
        await wholePage(search, { text, within, order, first: 10 });
        if (round > 0) took.push(performance.now() - startedAt); // the first is not counted
      }
    }
  }
  return took.sort((a, b) => a - b);
}

function percentile(ascending: readonly number[], part: number): number | undefined {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))];
}
