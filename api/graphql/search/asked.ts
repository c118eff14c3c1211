import type { ConversationId, UserId } from '../../../domain/ids.ts';
import { isLongerThan, isVisible } from '../../../domain/text.ts';
import type { MessageQuery, MessageTrait } from '../../../ops/adapters/search/port.ts';
import type { QuerySearchArgs, SearchKind } from '../../../schemas/graphql/types.ts';
import { badInput } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { conversationIdIn, partsOf, rowsIn, userIdIn, wellFormedIn } from '../input.ts';

/** A kind of hit; on a page they come in this order. */
export const sections = ['people', 'conversations', 'messages'] as const;
export type Section = (typeof sections)[number];

/** Where a page goes on: in this section, behind the hit with this cursor of the engine. */
export type Place = { readonly section: Section; readonly after: string | undefined };

/** What was asked, checked. */
export type SearchAsked = {
  readonly text: string;
  readonly sections: readonly Section[]; // in their order
  readonly in: ConversationId | undefined;
  readonly filters: Pick<MessageQuery, 'from' | 'has' | 'beforeMs' | 'afterMs' | 'order'>;
  readonly first: number;
  readonly place: Place | null; // null: from the first hit
};

/** The arguments of `search`; what is wrong with them names its field. Cursors come sealed. */
export function searchAskedIn(args: QuerySearchArgs, open: Open): SearchAsked {
  const asked = {
    text: textIn(args.query),
    sections: sectionsIn(args),
    in: typeof args.in === 'string' ? conversationIdIn(args.in, 'in') : undefined,
    filters: filtersIn(args),
    first: rowsIn(args.first, 'first', limits.searchRowsMax),
  };
  const cursor = typeof args.cursor === 'string' ? (open(args.cursor) ?? '') : null;
  return { ...asked, place: placeIn(cursor, asked.sections) };
}

type Open = (sealed: string) => string | null;

function textIn(query: string): string {
  const text = wellFormedIn(query, 'query');
  if (!isVisible(text)) throw badInput('query', 'is empty: give a word to look for.');
  if (isLongerThan(text, limits.searchCharactersMax)) {
    throw badInput('query', `is longer than ${limits.searchCharactersMax} characters.`);
  }
  return text;
}

const sectionOf: Readonly<Record<SearchKind, Section>> = {
  PERSON: 'people',
  CONVERSATION: 'conversations',
  MESSAGE: 'messages',
};

/** What narrows messages leaves nothing else to be found. */
function sectionsIn(args: QuerySearchArgs): readonly Section[] {
  const wanted = new Set((args.kinds ?? []).map((kind) => sectionOf[kind]));
  if (args.kinds && wanted.size === 0) throw badInput('kinds', 'names no kind: leave it out.');
  const asked = args.kinds ? sections.filter((section) => wanted.has(section)) : sections;
  const narrows = (['in', 'from', 'has', 'before', 'after'] as const).find(
    (name) => args[name] !== null && args[name] !== undefined,
  );
  if (narrows === undefined) return asked;
  if (!asked.includes('messages')) throw badInput('kinds', `lacks MESSAGE beside \`${narrows}\`.`);
  return ['messages'];
}

function filtersIn({ from, has, before, after, order }: QuerySearchArgs): SearchAsked['filters'] {
  return {
    from: typeof from === 'string' ? (userIdIn(from, 'from') satisfies UserId) : undefined,
    has: has?.map((trait) => trait.toLowerCase() as MessageTrait),
    beforeMs: before?.getTime(),
    afterMs: after?.getTime(),
    order: order === 'NEWEST' ? 'newest' : 'relevance',
  };
}

function placeIn(cursor: string | null, asked: readonly Section[]): Place | null {
  const parts = partsOf(cursor, ['string', 'string'], 'cursor');
  if (!parts) return null;
  const section = asked.find((one) => one === parts[0]);
  if (!section) throw badInput('cursor', 'is no cursor of this list.');
  return { section, after: parts[1] === '' ? undefined : parts[1] };
}
