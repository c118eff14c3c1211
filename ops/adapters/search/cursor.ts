import { CursorRefused } from './port.ts';

/** Where a page ends: the step in which its last hit was found, and its place there. */
export type Place = { readonly step: number; readonly keys: readonly (string | number)[] };

export function cursorOf(order: string, { step, keys }: Place): string {
  return Buffer.from(JSON.stringify([order, step, ...keys])).toString('base64url');
}

/** Null for the first page; throws CursorRefused for what is no cursor in this order. */
export function placeOf(
  order: string,
  cursor: string | undefined,
  keys: readonly ('string' | 'number')[],
): Place | null {
  if (cursor === undefined) return null;
  const parsed = parse(cursor);
  if (!Array.isArray(parsed) || parsed[0] !== order || parsed.length !== keys.length + 2) {
    throw new CursorRefused(`after is no cursor of a search by ${order}: ask for the first page`);
  }
  const [, step, ...rest] = parsed;
  const isKey = (key: unknown, at: number) =>
    typeof key === keys[at] && (typeof key === 'string' || Number.isSafeInteger(key));
  if (!Number.isSafeInteger(step) || step < 0 || !rest.every(isKey)) {
    throw new CursorRefused('after is no cursor of a hit: ask for the first page');
  }
  return { step, keys: rest };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
