import type { estypes } from '@elastic/elasticsearch';
import { cursorOf, placeOf } from './cursor.ts';
import type { Stored } from './documents.ts';
import { highlightsOfDocument } from './documents.ts';
import { applyChanges } from './elasticsearch-bulk.ts';
import type { ElasticsearchConnection, ElasticsearchOptions } from './elasticsearch-connection.ts';
import { connectElasticsearch } from './elasticsearch-connection.ts';
import type { Indices } from './elasticsearch-indices.ts';
import { openIndices } from './elasticsearch-indices.ts';
import type { Query } from './elasticsearch-query.ts';
import { filtersOf, scored, scoredAlone, scoreOf } from './elasticsearch-query.ts';
import type {
  Found,
  Highlights,
  IndexDocument,
  IndexName,
  IndexTarget,
  MessageHit,
  MessageQuery,
  NameQuery,
  Search,
} from './port.ts';
import { SearchUnavailable } from './port.ts';
import type { Part } from './query.ts';
import { partsOf, stepsOf } from './query.ts';
import { scopeOf } from './scope.ts';
import { openTurns, platform } from './turns.ts';
import type { Written } from './wire.ts';
import { readDocument } from './wire.ts';

/**
 * Search on an Elasticsearch 9 or newer. It is given words that are folded already and asks for
 * steps with scores of their own, so that it finds what the embedded one finds, in the same order;
 * no analyzer of the server, no script and no ranking by what else is in the index is needed.
 */
export async function openElasticsearch(options: ElasticsearchOptions): Promise<Search> {
  const connection = await connectElasticsearch(options);
  const indices = openIndices(connection, options.prefix ?? 'parley');
  const engine: Engine = { ...connection, ...indices, budgetMs: options.budgetMs ?? 500 };
  const turns = openTurns(searchesAtOnce);
  return {
    prepare: indices.prepare,
    apply: async (target, changes) =>
      applyChanges(connection, await indices.writtenAs(target), changes),
    findMessages: (query) => turns.take(query.asker ?? platform, () => findMessages(engine, query)),
    findPeople: async (query) => {
      const names = () => findNames(engine, 'people', query);
      const { hits, more } = await turns.take(query.asker ?? platform, names);
      return { hits: hits.map(({ id, ...hit }) => ({ userId: id, ...hit })), more };
    },
    findConversations: async ({ within, ...query }) => {
      const among = [{ ids: { values: [...within] } }];
      const names = () => findNames(engine, 'conversations', { ...query, among });
      const { hits, more } = await turns.take(query.asker ?? platform, names);
      return { hits: hits.map(({ id, ...hit }) => ({ conversationId: id, ...hit })), more };
    },
    switchTo: indices.switchTo,
    documents: (target, after) => documents(engine, target, after),
    breaker: connection.breaker,
    watchCalls: connection.watchCalls,
    health: () =>
      connection
        .ask((client, call) => client.ping({}, call))
        .then(
          () => ({ ok: true }),
          (cause: Error) => ({ ok: false, reason: cause.message }),
        ),
    [Symbol.asyncDispose]: connection.close,
  };
}

/** Of this process; a server works on more, and refuses what is too much for it by itself. */
const searchesAtOnce = { atOnce: 32, waitingEachMax: 20 };

type Engine = ElasticsearchConnection & Indices & { readonly budgetMs: number };
type Source = { readonly body: Stored; readonly version: string };
type Hit = estypes.SearchHit<Source>;

async function findMessages(engine: Engine, query: MessageQuery): Promise<Found<MessageHit>> {
  const parts = partsOf(query.text);
  const steps = stepsOf(parts, query.order);
  const from = placeOf(query.order, query.after, ['number', 'string']);
  if (steps.length === 0) return { hits: [], more: false };
  const filter = filtersOf(query);
  const asked: AskedMessages = { engine, query, parts, steps: steps.length };
  const place = from && { score: scoreOf(steps, from.step), keys: from.keys };
  const { budgetMs } = engine;
  const all = { query: scored(steps, filter), budgetMs };
  const whole = budgetMs === 0 ? null : await ask(asked, place, all);
  if (whole !== null) return whole;
  // All steps together take too long: this one by itself, and whoever goes on gets the next.
  const step = from?.step ?? 0;
  const alone = await ask(asked, place, { query: scoredAlone(steps, step, filter) });
  if (alone === null) throw new SearchUnavailable('Elasticsearch takes too long');
  if (alone.more || step + 1 >= steps.length) return alone;
  const endedAt = cursorOf(query.order, { step: step + 1, keys: [Number.MAX_SAFE_INTEGER, ''] });
  return { ...alone, more: true, endedAt };
}

type AskedMessages = {
  readonly engine: Engine;
  readonly query: MessageQuery;
  readonly parts: readonly Part[];
  readonly steps: number;
};
type ScoredPlace = { readonly score: number; readonly keys: readonly (string | number)[] };

/** Null when the budget was spent before anything is sure: what was found is not the best then. */
async function ask(
  { engine, query, parts, steps }: AskedMessages,
  from: ScoredPlace | null,
  { query: wanted, budgetMs }: { readonly query: Query; readonly budgetMs?: number },
): Promise<Found<MessageHit> | null> {
  const isInScope = scopeOf(query.within);
  const hits: MessageHit[] = [];
  let after = from && [from.score, ...from.keys];
  for (let pages = 1; ; pages += 1) {
    const page = await searchWithin(engine, 'messages', {
      query: wanted,
      sort: [{ _score: { order: 'desc' } }, { place: 'desc' }, { id: 'desc' }],
      size: query.first + 1,
      ...(after && { search_after: after }),
      ...(budgetMs !== undefined && { timeout: `${budgetMs}ms` }),
    });
    if (page === null) return null;
    for (const { _source, sort = [] } of page) {
      const { body } = _source ?? {};
      if (body?.of !== 'message') continue;
      const { conversationId, number } = body;
      if (!isInScope(conversationId, number)) continue;
      if (hits.length === query.first) return { hits, more: true };
      const cursor = cursorFrom(query.order, steps, sort);
      hits.push({ conversationId, number, highlights: highlightsOfDocument(body, parts), cursor });
    }
    if (page.length <= query.first) return { hits, more: false };
    after = page.at(-1)?.sort as (string | number)[];
    if (pages < pagesMax) continue;
    return { hits, more: true, endedAt: cursorFrom(query.order, steps, after) };
  }
}

/** Pages of a question, while what they hold is outside of what the viewer sees. */
const pagesMax = 4;

type NamedHit = { readonly id: string; readonly highlights: Highlights; readonly cursor: string };

async function findNames(
  engine: Engine,
  index: IndexName,
  { text, first, after, among = [] }: NameQuery & { readonly among?: readonly Query[] },
): Promise<Found<NamedHit>> {
  const parts = partsOf(text);
  const steps = stepsOf(parts, 'relevance');
  const from = placeOf('name', after, ['string', 'string']);
  if (steps.length === 0) return { hits: [], more: false };
  const page = await searchWithin(engine, index, {
    query: scored(steps, among),
    sort: [{ _score: { order: 'desc' } }, { sort: 'asc' }, { id: 'asc' }],
    size: first + 1,
    ...(from && { search_after: [scoreOf(steps, from.step), ...from.keys] }),
  });
  if (page === null) throw new SearchUnavailable('Elasticsearch takes too long');
  const hits = page.slice(0, first).flatMap(({ _id: id = '', _source, sort = [] }) => {
    if (!_source) return [];
    const highlights = highlightsOfDocument(_source.body, parts);
    return [{ id, highlights, cursor: cursorFrom('name', steps.length, sort) }];
  });
  return { hits, more: page.length > first };
}

function cursorFrom(order: string, steps: number, [score, ...keys]: estypes.SortResults): string {
  return cursorOf(order, { step: steps - Number(score), keys: keys as (string | number)[] });
}

/** Null when it was not over in its time: the whole call's, unless the request names one. */
async function searchWithin(
  { ask: call, aliasOf }: Engine,
  index: IndexName,
  request: estypes.SearchRequest,
): Promise<readonly Hit[] | null> {
  const found = await call((client, options) =>
    client.search<Source>(
      {
        timeout: `${options.requestTimeout}ms`,
        ...request,
        index: aliasOf({ index, at: 'serving' }),
        track_total_hits: false,
        allow_partial_search_results: true, // there is one shard: only time makes them partial
      },
      options,
    ),
  );
  return found.timed_out ? null : found.hits.hits;
}

const documentsAtOnce = 1_000;

/** On the index as it is at the beginning, and with everything that was applied before. */
async function* documents(
  { ask, aliasOf }: Engine,
  target: IndexTarget,
  from = '',
): AsyncGenerator<IndexDocument> {
  const index = aliasOf(target);
  await ask((client, options) => client.indices.refresh({ index }, options));
  const { id } = await ask((client, options) =>
    client.openPointInTime({ index, keep_alive: '1m' }, options),
  );
  try {
    for (let after = from; ; ) {
      const page = await ask((client, options) =>
        client.search<Source>(
          {
            pit: { id, keep_alive: '1m' },
            query: { exists: { field: 'of' } },
            sort: [{ id: 'asc' }],
            size: documentsAtOnce,
            search_after: [after],
            track_total_hits: false,
          },
          options,
        ),
      );
      for (const { _source } of page.hits.hits) {
        if (!_source) continue;
        const { body, version } = _source;
        yield readDocument({ ...body, version } as Written<IndexDocument>);
      }
      const last = page.hits.hits.at(-1)?.sort?.[0];
      if (last === undefined) return;
      after = String(last);
    }
  } finally {
    await ask((client, options) => client.closePointInTime({ id }, options));
  }
}
