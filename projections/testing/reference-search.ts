import type {
  Highlights,
  IndexChange,
  IndexDocument,
  IndexName,
  IndexTarget,
  MessageQuery,
  NumberRange,
  Search,
} from '../../ops/adapters/search/port.ts';

type Held = Map<string, { readonly version: bigint; readonly document: IndexDocument | null }>;
type Index = { version: number; held: Held; next: Held };

/**
 * The port in memory, by looking at every document each time: what drivers must agree with as far
 * as specs ask. It knows words, beginnings, phrases and one misspelt letter.
 */
export function openReferenceSearch(): Search {
  const indexes = new Map<IndexName, Index>();
  const index = (name: IndexName): Index => {
    const known = indexes.get(name) ?? { version: 0, held: new Map(), next: new Map() };
    indexes.set(name, known);
    return known;
  };
  const documents = ({ index: name, at }: IndexTarget): readonly IndexDocument[] => {
    const { held, next } = index(name);
    const found = [...(at === 'serving' ? held : next).values()];
    return found.flatMap(({ document }) => document ?? []).sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  const serving = (name: IndexName) => documents({ index: name, at: 'serving' });
  return {
    prepare: async (name, version) => {
      const known = index(name);
      if (known.version === 0) known.version = version;
      return { kind: known.version === version ? 'serving' : 'to-be-built' };
    },
    apply: async ({ index: name, at }, changes) => {
      const known = index(name);
      for (const change of changes) put(at === 'serving' ? known.held : known.next, change);
    },
    switchTo: async (name, version) => {
      const known = index(name);
      Object.assign(known, { version, held: known.next, next: new Map() });
    },
    documents: async function* (target) {
      yield* documents(target);
    },
    findMessages: async (query) => {
      const all = serving('messages').flatMap((one) => (one.of === 'message' ? [one] : []));
      const wanted = all.filter((one) => isWanted(one, query));
      const found = page(wanted, { ...query, texts: ({ text }) => [text], ...orders[query.order] });
      return {
        more: found.more,
        hits: found.hits.map(({ document, ...hit }) => {
          const { conversationId, number } = document;
          return { conversationId, number, ...hit };
        }),
      };
    },
    findPeople: async (query) => {
      const all = serving('people').flatMap((one) => (one.of === 'person' ? [one] : []));
      const texts = ({ displayName, handle }: (typeof all)[number]) => [displayName, handle ?? ''];
      const { hits, more } = page(all, { ...query, texts, ...orders.relevance });
      return {
        more,
        hits: hits.map(({ document, ...hit }) => ({ userId: document.id, ...hit })),
      };
    },
    findConversations: async (query) => {
      const all = serving('conversations').flatMap((one) => (one.of === 'conversation' ? one : []));
      const wanted = all.filter(({ id }) => query.within.includes(id));
      const found = page(wanted, { ...query, texts: ({ title }) => [title], ...orders.relevance });
      return {
        more: found.more,
        hits: found.hits.map(({ document, ...hit }) => ({ conversationId: document.id, ...hit })),
      };
    },
    health: async () => ({ ok: true }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function put(held: Held, change: IndexChange): void {
  const document = change.kind === 'put' ? change.document : null;
  const { id, version } = change.kind === 'put' ? change.document : change;
  if ((held.get(id)?.version ?? -1n) < version) held.set(id, { version, document });
}

type Message = Extract<IndexDocument, { readonly of: 'message' }>;

function isWanted(message: Message, query: MessageQuery): boolean {
  const { within, from, has = [], beforeMs = Number.POSITIVE_INFINITY, afterMs = 0 } = query;
  return (
    within.some((range) => isIn(message, range)) &&
    (from === undefined || message.author === from) &&
    has.every((trait) => message.has.includes(trait)) &&
    message.sentAtMs < beforeMs &&
    message.sentAtMs >= afterMs
  );
}

function isIn({ conversationId, number }: Message, range: NumberRange): boolean {
  if (range.conversationId !== conversationId || number < range.first) return false;
  return range.last === null || number <= range.last;
}

/** A document's place, compared from the left; the id at the end makes it the only one there. */
type Place = readonly (number | string)[];
type Order = { readonly place: (document: IndexDocument, rank: number) => Place };

const orders: Readonly<Record<MessageQuery['order'], Order>> = {
  relevance: { place: (document, rank) => [-rank, -timeOf(document), document.id] },
  newest: { place: (document) => [-timeOf(document), document.id] },
};

function timeOf(document: IndexDocument): number {
  return document.of === 'message' ? document.sentAtMs : 0;
}

type Asked<Document> = Order & {
  readonly text: string;
  readonly first: number;
  readonly after?: string | undefined;
  readonly texts: (document: Document) => readonly string[];
};

function page<Document extends IndexDocument>(
  documents: readonly Document[],
  { text, first, after, texts, place }: Asked<Document>,
) {
  const behind: Place | null = after === undefined ? null : JSON.parse(after);
  const found = documents
    .flatMap((document) => {
      const rank = rankOf(texts(document), text);
      return rank === 0 ? [] : [{ document, at: place(document, rank) }];
    })
    .filter(({ at }) => behind === null || isBefore(behind, at))
    .sort((one, other) => (isBefore(one.at, other.at) ? -1 : 1));
  return {
    more: found.length > first,
    hits: found.slice(0, first).map(({ document, at }) => ({
      document,
      highlights: marked(texts(document), text),
      cursor: JSON.stringify(at),
    })),
  };
}

function isBefore(one: Place, other: Place): boolean {
  const at = one.findIndex((part, n) => part !== other[n]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** 0: not found; 2 where every word stands there as it was asked, else 1. */
function rankOf(texts: readonly string[], query: string): number {
  const words = wordsOf(texts.join(' \n '));
  const asked = wordsOf(query);
  if (asked.length === 0) return 0;
  const phrases = [...query.matchAll(/"([^"]*)"/g)].map(([, phrase = '']) => wordsOf(phrase));
  const together = ` ${words.join(' ')} `;
  if (phrases.some((phrase) => !together.includes(` ${phrase.join(' ')} `))) return 0;
  const last = asked.at(-1) ?? '';
  const exact = asked.every((word) => words.includes(word));
  if (exact) return 2;
  const stands = (word: string, at: number) =>
    words.some(
      (one) =>
        one === word ||
        (at === asked.length - 1 && one.startsWith(last)) ||
        (word.length >= 5 && isOneLetterAway(one, word)),
    );
  return asked.every(stands) ? 1 : 0;
}

function wordsOf(text: string): readonly string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** One letter more, less, or another. */
function isOneLetterAway(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}

/** The first text that holds a word of the query, cut around it. */
function marked(texts: readonly string[], query: string): Highlights {
  const asked = wordsOf(query);
  for (const text of texts) {
    const pieces = text.split(/([\p{L}\p{N}\p{M}]+)/u).filter((piece) => piece !== '');
    const found = (piece: string) =>
      wordsOf(piece).some((word) => asked.some((one) => word.startsWith(one)));
    if (pieces.some(found)) return pieces.map((piece) => ({ text: piece, found: found(piece) }));
  }
  return [];
}
