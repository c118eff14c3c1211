import type { ConversationId } from '../../domain/ids.ts';
import type { MessageView } from '../../projections/timeline/view.ts';
import type { ApiContext } from '../context.ts';
import { viewerOf } from '../context.ts';
import { badInput } from '../errors.ts';
import { connection } from './connection.ts';
import { numberPart, pageCursor, partsOf, rowsIn } from './input.ts';
import type { Window } from './visible.ts';
import { windowOf } from './visible.ts';

export type HistoryArguments = {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly around?: number | null;
  readonly at?: Date | null;
};

/**
 * A page of history in either direction, from a cursor, a number or a moment; one read each way.
 */
export async function history(
  context: ApiContext,
  conversationId: ConversationId,
  args: HistoryArguments,
) {
  const asked = toAsked(args);
  const window = await windowOf(context, conversationId);
  if (!window) return connection<MessageView>([], { hasNextPage: false, hasPreviousPage: false });
  const page = { context, conversationId, window };
  const middle = await middleOf(page, args);
  if (middle !== null) return aroundPage(page, middle, asked.rows);
  const rows = await read(page, { ...asked, count: asked.rows + 1 });
  const shown = rows.slice(0, asked.rows);
  const more = rows.length > asked.rows;
  if (asked.direction === 'forwards') {
    return toConnection(shown, { hasNextPage: more, hasPreviousPage: asked.start !== null });
  }
  return toConnection(shown.reverse(), {
    hasNextPage: asked.start !== null,
    hasPreviousPage: more,
  });
}

type Asked = {
  readonly direction: 'forwards' | 'backwards';
  readonly start: number | null; // exclusive
  readonly rows: number;
};
type Page = {
  readonly context: ApiContext;
  readonly conversationId: ConversationId;
  readonly window: Window;
};

function toAsked({ first, last, after, before, around, at }: HistoryArguments): Asked {
  const given = (value: unknown) => value !== null && value !== undefined;
  if (given(first) && given(last)) throw badInput('last', 'cannot stand beside `first`.');
  if (given(around) && given(at)) throw badInput('at', 'cannot stand beside `around`.');
  if (given(last)) {
    if (given(after)) throw badInput('after', 'goes with `first`, not with `last`.');
    return { direction: 'backwards', start: startOf(before, 'before'), rows: rowsIn(last, 'last') };
  }
  if (given(before)) throw badInput('before', 'goes with `last`.');
  if (!given(first)) throw badInput('first', 'or `last` says how many rows: give one, 1 to 100.');
  return { direction: 'forwards', start: startOf(after, 'after'), rows: rowsIn(first) };
}

function startOf(cursor: string | null | undefined, field: string): number | null {
  const parts = partsOf(cursor, ['number'], field);
  return parts && numberPart(parts[0], field);
}

async function middleOf(
  { context, conversationId }: Page,
  { around, at }: HistoryArguments,
): Promise<number | null> {
  if (typeof around === 'number') return Math.max(1, around); // below it nothing was said
  if (!at) return null;
  const found = await context.loaders.numbersAt.load({ conversationId, atMs: at.getTime() });
  return found ?? 2_147_483_647;
}

/** Half the page before the number, the rest from it on; what one side lacks the other fills. */
async function aroundPage(page: Page, middle: number, rows: number) {
  const [before, after] = await Promise.all([
    read(page, { direction: 'backwards', start: middle, rows, count: rows + 1 }),
    read(page, { direction: 'forwards', start: middle - 1, rows, count: rows + 1 }),
  ]);
  const half = Math.floor(rows / 2);
  const fromAfter = Math.min(after.length, Math.max(rows - half, rows - before.length));
  const fromBefore = Math.min(before.length, rows - fromAfter);
  const shown = [...before.slice(0, fromBefore).reverse(), ...after.slice(0, fromAfter)];
  return toConnection(shown, {
    hasNextPage: after.length > fromAfter,
    hasPreviousPage: before.length > fromBefore,
  });
}

async function read(
  { context, conversationId, window }: Page,
  { direction, start, count }: Asked & { readonly count: number },
): Promise<MessageView[]> {
  viewerOf(context);
  const asked = { conversationId, window, direction, start, count };
  const rows = await context.loaders.historyPages.load(asked);
  for (const row of rows) context.loaders.messages.prime(row, row);
  return [...rows];
}

function toConnection(
  messages: readonly MessageView[],
  more: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
) {
  const rows = messages.map((node) => ({ cursor: pageCursor([node.number]), node }));
  return connection(rows, more);
}
