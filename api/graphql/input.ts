import type { ConversationId, UserId } from '../../domain/ids.ts';
import { isMalformed } from '../../domain/text.ts';
import type { NodeId } from '../../schemas/graphql/node-id.ts';
import { decodeNodeId } from '../../schemas/graphql/node-id.ts';
import { badInput } from '../errors.ts';
import { limits } from '../limits.ts';

/** The conversation that an id names; BAD_INPUT when it names none. */
export function conversationIdIn(id: string, field = 'conversationId'): ConversationId {
  return idOf('Conversation', id, field).conversationId;
}

export function userIdIn(id: string, field = 'personId'): UserId {
  return idOf('Person', id, field).userId;
}

export function userIdsIn(ids: readonly string[], field: string): readonly UserId[] {
  if (ids.length > limits.personIdsMax) {
    throw badInput(field, `names more than ${limits.personIdsMax} people.`);
  }
  return [...new Set(ids.map((id) => userIdIn(id, field)))];
}

function idOf<Type extends NodeId['type']>(
  type: Type,
  id: string,
  field: string,
): Extract<NodeId, { readonly type: Type }> {
  const found = decodeNodeId(id);
  if (found?.type !== type) throw badInput(field, `is no id of a ${type}.`);
  return found as Extract<NodeId, { readonly type: Type }>;
}

/** Rows asked for: 1 to 100, unless fewer are the limit. */
export function rowsIn(
  first: number | null | undefined,
  field = 'first',
  rowsMax: number = limits.pageRowsMax,
): number {
  if (typeof first !== 'number') {
    throw badInput(field, `says how many rows: give it, 1 to ${rowsMax}.`);
  }
  if (first < 1 || first > rowsMax) throw badInput(field, `must be 1 to ${rowsMax}.`);
  return first;
}

/** A text to look for; BAD_INPUT for one that could not be stored either. */
export function wellFormedIn(text: string, field: string): string {
  if (malformedField(text, field)) throw badInput(field, 'holds half a character, or U+0000.');
  return text;
}

/** The first field, at any depth, whose text cannot be stored as it is; null when all can. */
export function malformedField(input: unknown, field = 'input'): string | null {
  if (typeof input === 'string') {
    return isMalformed(input) ? field : null;
  }
  if (typeof input !== 'object' || input === null) return null;
  for (const [name, value] of Object.entries(input)) {
    const found = malformedField(value, Array.isArray(input) ? field : name);
    if (found) return found;
  }
  return null;
}

/** A page cursor: JSON in base64url, opaque outside. */
export function pageCursor(parts: readonly (string | number | boolean)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a page cursor, each checked; null when there is none. */
export function partsOf<Parts extends readonly ('string' | 'number' | 'boolean')[]>(
  cursor: string | null | undefined,
  types: readonly [...Parts],
  field = 'after',
): { readonly [At in keyof Parts]: Part<Parts[At]> } | null {
  if (cursor === null || cursor === undefined) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits =
      Array.isArray(parts) &&
      parts.length === types.length &&
      parts.every((part, at) => typeof part === types[at]);
    if (fits) return parts as { readonly [At in keyof Parts]: Part<Parts[At]> };
  } catch {
    // Falls through: it is no cursor of ours.
  }
  throw badInput(field, 'is no cursor of this list.');
}

type Part<Name> = Name extends 'string' ? string : Name extends 'number' ? number : boolean;

/** A position inside a page cursor. */
export function positionIn(text: string, field = 'after'): bigint {
  if (!/^\d{1,18}$/.test(text)) throw badInput(field, 'is no cursor of this list.');
  return BigInt(text);
}

/** An id inside a page cursor. */
export function idPart<Id>(parse: (text: string) => Id | null, text: string, field = 'after'): Id {
  const id = parse(text);
  if (id === null) throw badInput(field, 'is no cursor of this list.');
  return id;
}

/** A message's number inside a page cursor. */
export function numberPart(number: number, field = 'after'): number {
  const fits = Number.isInteger(number) && number >= 0 && number <= 2_147_483_647;
  if (!fits) throw badInput(field, 'is no cursor of this list.');
  return number;
}
