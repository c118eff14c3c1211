import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openElasticsearch } from '../adapters/search/elasticsearch.ts';
import { openEmbeddedSearch } from '../adapters/search/embedded.ts';
import type { MessageDocument, Search } from '../adapters/search/port.ts';
import { elasticsearch } from '../stack/elasticsearch.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import type { Row } from './load/report.ts';
import { report } from './load/report.ts';
import { everythingIn, messagesOf, nameOf } from './relevance/archive.ts';
import type { Ranking } from './relevance/baselines.ts';
import { bm25Of, substringIn } from './relevance/baselines.ts';
import type { Judged } from './relevance/ndcg.ts';
import { ndcgAt10 } from './relevance/ndcg.ts';
import { wholePage } from './relevance/whole.ts';

// How good the first ten hits are, by the judgements of ops/bench/relevance/queries.json.
const archive = process.env.PARLEY_TEST_ARCHIVE;
if (archive === undefined) console.log('  skipped: name the archive with --archive FILE');
else await measure(messagesOf(archive));

async function measure(documents: readonly MessageDocument[]): Promise<void> {
  const file = new URL('./relevance/queries.json', import.meta.url);
  const queries: readonly Judged[] = JSON.parse(readFileSync(file, 'utf8'));
  const rows: Row[] = [];
  const add = async (what: string, ranking: Ranking): Promise<void> => {
    let sum = 0;
    for (const query of queries) {
      const value = ndcgAt10(await ranking(query.text), query);
      console.log(`    ${value.toFixed(2)} ${query.text}`);
      sum += value;
    }
    rows.push({ what, value: sum / queries.length, unit: '' });
    console.log(`  ${(sum / queries.length).toFixed(3)} ${what}`);
  };
  const folder = mkdtempSync(join(tmpdir(), 'parley-relevance-'));
  {
    await using embedded = openEmbeddedSearch({ path: join(folder, 'search.db') });
    await add('FTS5, embedded', await filled(embedded, documents));
  }
  rmSync(folder, { recursive: true, force: true });
  const lack = lackOf(elasticsearch);
  if (lack !== null) console.log(`  without Elasticsearch: ${lack}`);
  else {
    await using server = await openTestServer(elasticsearch);
    await using search = await openElasticsearch({ url: server.option.value });
    await add('Elasticsearch', await filled(search, documents));
  }
  using any = bm25Of(documents, 'OR');
  await add('to compare: BM25, any of the words', any);
  using all = bm25Of(documents, 'AND');
  await add('to compare: BM25, all of the words', all);
  await add('to compare: letter by letter, newest first', substringIn(documents));
  report('relevance', {
    title: 'Relevance of search',
    note: `nDCG@10, mean of ${queries.length} queries in ${documents.length} messages`,
    rows,
  });
}

async function filled(search: Search, documents: readonly MessageDocument[]): Promise<Ranking> {
  await search.prepare('messages', 1);
  await search.apply(
    { index: 'messages', at: 'serving' },
    documents.map((document) => ({ kind: 'put', document })),
  );
  // Whoever lists documents sees everything that was applied, and so does who asks after that.
  const listed = search.documents({ index: 'messages', at: 'serving' })[Symbol.asyncIterator]();
  await listed.next();
  await listed.return?.();
  const within = everythingIn(documents);
  return async (text) => {
    const query = { text, within, order: 'relevance', first: 10 } as const;
    return (await wholePage(search, query)).map(nameOf);
  };
}
