import type { MessageHit, MessageQuery, Search } from '../../adapters/search/port.ts';

/** The whole page, going on wherever a question took its time. */
export async function wholePage(
  search: Search,
  query: MessageQuery,
): Promise<readonly MessageHit[]> {
  const hits: MessageHit[] = [];
  for (let after = query.after; ; ) {
    const first = query.first - hits.length;
    const found = await search.findMessages({ ...query, first, after });
    hits.push(...found.hits);
    if (found.endedAt === undefined || hits.length === query.first) return hits;
    after = found.endedAt;
  }
}
