import type { UserId } from '../../../domain/ids.ts';
import type { NumberRange } from '../../../ops/adapters/search/port.ts';
import { CursorRefused } from '../../../ops/adapters/search/port.ts';
import { windowsOf } from '../../../projections/inbox/read.ts';
import type { ApiContext } from '../../context.ts';
import { viewerOf } from '../../context.ts';
import { badInput } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { connection } from '../connection.ts';
import { pageCursor } from '../input.ts';
import { windowOf } from '../visible.ts';
import type { Place, SearchAsked } from './asked.ts';
import type { SearchHit } from './hits.ts';
import { conversationHit, messageHit, personHit } from './hits.ts';

type Edge = { readonly cursor: string; readonly node: SearchHit };

/**
 * A page of what was found, as far as the viewer may see it now: the engine may be behind, so each
 * hit is looked at again and the page is filled up from those behind it. Where too many drop out,
 * or looking takes too long, the page is short, and its end says where to go on. That it is short
 * tells nothing more than its rows do.
 */
export async function searchPage(context: ApiContext, asked: SearchAsked, seal: Seal) {
  const { first } = asked;
  const looking = { context, asked, within: await withinOf(context, asked), seal };
  const found: Edge[] = [];
  let place: Place | null = asked.place ?? sectionFrom(asked, 0);
  for (let n = 0; place && found.length <= first && n < limits.searchRoundsMax; n += 1) {
    const looked = await look(looking, place, first + 1 - found.length);
    found.push(...looked.edges);
    place = looked.next;
  }
  const more = { hasNextPage: found.length > first || place !== null };
  const page = connection(found.slice(0, first), {
    ...more,
    hasPreviousPage: asked.place !== null,
  });
  if (found.length > first || place === null) return { ...page, isComplete: true };
  const pageInfo = { ...page.pageInfo, endCursor: cursorOf(place, seal) };
  return { ...page, pageInfo, isComplete: false };
}

type Seal = (text: string) => string;

type Looking = {
  readonly context: ApiContext;
  readonly asked: SearchAsked;
  readonly within: readonly NumberRange[];
  readonly seal: Seal;
};

/** What the viewer may see of each of her conversations; the engine is asked for nothing else. */
async function withinOf(
  context: ApiContext,
  { in: conversationId }: SearchAsked,
): Promise<readonly NumberRange[]> {
  if (conversationId === undefined) {
    const windows = await windowsOf(context.dependencies.tables, viewerOf(context));
    return windows.map(({ conversationId: id, seesFrom, seesUpTo }) => ({
      ...{ conversationId: id, first: seesFrom, last: seesUpTo },
    }));
  }
  const window = await windowOf(context, conversationId);
  return window ? [{ conversationId, first: window.from, last: window.upTo }] : [];
}

async function look(looking: Looking, place: Place, first: number) {
  const { hits, more, endedAt } = await ask(looking, place, first);
  const nodes = await Promise.all(hits.map(({ node }) => node));
  const edges = nodes.flatMap((node, at): Edge[] => {
    const cursor = cursorOf({ ...place, after: hits[at]?.cursor }, looking.seal);
    return node ? [{ cursor, node }] : [];
  });
  const { sections } = looking.asked;
  const behind = { ...place, after: endedAt ?? hits.at(-1)?.cursor ?? place.after };
  const next = more ? behind : sectionFrom(looking.asked, sections.indexOf(place.section) + 1);
  return { edges, next };
}

type Asking = {
  readonly hits: readonly { readonly cursor: string; readonly node: Promise<SearchHit | null> }[];
  readonly more: boolean;
  readonly endedAt?: string | undefined;
};

async function ask(looking: Looking, place: Place, first: number): Promise<Asking> {
  try {
    const asker = viewerOf(looking.context);
    const question = { text: looking.asked.text, first, asker, ...place };
    return await askOf[place.section](looking, question);
  } catch (cause) {
    if (cause instanceof CursorRefused) throw badInput('cursor', 'is no cursor of this list.');
    throw cause;
  }
}

type Question = Place & {
  readonly text: string;
  readonly first: number;
  readonly asker: UserId;
};

/** Of each section its question to the engine, and what becomes of a hit. */
const askOf: Readonly<
  Record<Place['section'], (looking: Looking, question: Question) => Promise<Asking>>
> = {
  people: async ({ context }, { section: _, ...question }) => {
    const { hits, more } = await context.dependencies.search.findPeople(question);
    return {
      more,
      hits: hits.map((hit) => ({ cursor: hit.cursor, node: personHit(context, hit) })),
    };
  },
  conversations: async ({ context, within: ranges }, { section: _, ...question }) => {
    const within = ranges.map(({ conversationId }) => conversationId);
    if (within.length === 0) return nothing;
    const { search } = context.dependencies;
    const { hits, more } = await search.findConversations({ ...question, within });
    return {
      more,
      hits: hits.map((hit) => ({ cursor: hit.cursor, node: conversationHit(context, hit) })),
    };
  },
  messages: async ({ context, asked, within }, { section: _, ...question }) => {
    if (within.length === 0) return nothing;
    const { search } = context.dependencies;
    const wanted = { ...question, within, ...asked.filters };
    const { hits, more, endedAt } = await search.findMessages(wanted);
    return {
      ...{ more, endedAt },
      hits: hits.map((hit) => ({ cursor: hit.cursor, node: messageHit(context, hit) })),
    };
  },
};

const nothing: Asking = { hits: [], more: false };

function sectionFrom({ sections }: SearchAsked, at: number): Place | null {
  const section = sections[at];
  return section ? { section, after: undefined } : null;
}

function cursorOf({ section, after = '' }: Place, seal: Seal): string {
  return seal(pageCursor([section, after]));
}
