import type { Budget } from '../budget.ts';
import { cursorOf, placeOf } from '../cursor.ts';
import { highlightsOfDocument } from '../documents.ts';
import type {
  ConversationHit,
  Found,
  Highlights,
  MessageHit,
  MessageQuery,
  NameQuery,
  PersonHit,
} from '../port.ts';
import { partsOf, stepsOf } from '../query.ts';
import { scopeOf, timeSlot } from '../scope.ts';
import type { IndexFile } from './index-file.ts';
import { matchOf, oneFacetOf } from './match.ts';

/** For more conversations than these FTS5 is not asked: each hit is looked at. */
const conversationsAskedMax = 64;

export function findMessages(
  file: IndexFile,
  query: MessageQuery,
  budget: Budget,
): Found<MessageHit> {
  const parts = partsOf(query.text);
  const steps = stepsOf(parts, query.order);
  const from = placeOf(query.order, query.after, ['number']);
  const isInScope = scopeOf(query.within);
  const bounds = {
    from: timeSlot(query.afterMs ?? 0),
    to: query.beforeMs === undefined ? Number.MAX_SAFE_INTEGER : timeSlot(query.beforeMs),
  };
  const with_ = { near: nearIn(file), facets: facetsOf(query) };
  const hits: MessageHit[] = [];
  const cursorAt = (step: number, place: number) => cursorOf(query.order, { step, keys: [place] });
  for (let step = from?.step ?? 0; step < steps.length; step += 1) {
    const to = step === from?.step ? Math.min(Number(from.keys[0]), bounds.to) : bounds.to;
    if (budget.isSpentBeforeStep()) return { hits, more: true, endedAt: cursorAt(step, to) };
    for (const { place, id, body } of file.byPlace(matchOf(steps, step, with_), bounds.from, to)) {
      const conversationId = id.slice(0, id.lastIndexOf(':'));
      const number = Number(id.slice(conversationId.length + 1));
      if (isInScope(conversationId, number)) {
        if (hits.length === query.first) return { hits, more: true };
        const highlights = highlightsOfDocument(JSON.parse(body), parts);
        hits.push({ conversationId, number, highlights, cursor: cursorAt(step, place) });
      }
      if (budget.isSpentBehindRow()) return { hits, more: true, endedAt: cursorAt(step, place) };
    }
  }
  return { hits, more: false };
}

export function findPeople(file: IndexFile, query: NameQuery): Found<PersonHit> {
  const { hits, more } = findNames(file, query, () => true);
  return { hits: hits.map(({ id, ...hit }) => ({ userId: id, ...hit })), more };
}

export function findConversations(
  file: IndexFile,
  query: NameQuery & { readonly within: readonly string[] },
): Found<ConversationHit> {
  const within = new Set(query.within);
  const { hits, more } = findNames(file, query, (id) => within.has(id));
  return { hits: hits.map(({ id, ...hit }) => ({ conversationId: id, ...hit })), more };
}

function findNames(file: IndexFile, query: NameQuery, isWanted: (id: string) => boolean) {
  const parts = partsOf(query.text);
  const steps = stepsOf(parts, 'relevance');
  const from = placeOf('name', query.after, ['string', 'string']);
  const hits: { id: string; highlights: Highlights; cursor: string }[] = [];
  for (let step = from?.step ?? 0; step < steps.length; step += 1) {
    const [sort = '', id = ''] = step === from?.step ? from.keys.map(String) : [];
    const match = matchOf(steps, step, { near: nearIn(file), facets: [] });
    for (const row of file.byName(match, [sort, id])) {
      if (!isWanted(row.id)) continue;
      if (hits.length === query.first) return { hits, more: true };
      const highlights = highlightsOfDocument(JSON.parse(row.body), parts);
      const cursor = cursorOf('name', { step, keys: [row.sort, row.id] });
      hits.push({ id: row.id, highlights, cursor });
    }
  }
  return { hits, more: false };
}

function nearIn({ spelling }: IndexFile) {
  const known = new Map<string, readonly string[]>();
  return (word: string): readonly string[] => {
    const near = known.get(word) ?? spelling.near(word);
    known.set(word, near);
    return near;
  };
}

function facetsOf({ within, from, has }: MessageQuery): readonly string[] {
  const conversations = [...new Set(within.map(({ conversationId }) => conversationId))];
  const asked = conversations.length > 0 && conversations.length <= conversationsAskedMax;
  return [
    ...(asked ? [oneFacetOf('conversation', conversations)] : []),
    ...(from === undefined ? [] : [oneFacetOf('author', [from])]),
    ...(has ?? []).map((trait) => oneFacetOf('has', [trait])),
  ];
}
