import { z } from 'zod';
import type { UserId } from '../../domain/ids.ts';
import type { Personal } from '../../domain/personal.ts';
import type { Keyring, Place, SealingScope } from './sealing.ts';

/** A personal field as it is stored. */
export const sealedField = z.object({ sealed: z.string() });
export type SealedField = z.output<typeof sealedField>;

/** A stored event, read and brought to the newest version, its personal fields still sealed. */
export type StoredEvent = {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly scope: SealingScope | null; // null: nothing in it is sealed
};

/**
 * One aggregate's events between memory and the log. Types nobody knows any more read as null; a
 * shape that no version fits throws BadEvent, which parks the record.
 */
export type Codec<Event> = {
  readonly category: string;
  readonly types: readonly string[];
  /** Whose keys the event needs; null when nothing in it is personal. */
  scopeOf(event: Event, key: string, atMs: number): SealingScope | null;
  /**
   * The JSON text to store. Throws when a personal field is erased: that cannot be sealed again.
   */
  encode(event: Event, sealing: Sealing): string;
  read(type: string, data: unknown, key: string): StoredEvent | null;
  open(stored: StoredEvent, sealing: Sealing): Event;
  /** Whose keys seal snapshots of the stream; null where a state holds nothing personal. */
  snapshotScope(key: string): SealingScope | null;
};

export type Sealing = {
  readonly stream: string;
  readonly eventId: string;
  readonly scope: SealingScope | null;
  readonly keyring: Keyring;
};

/** In the message of a BadEvent that a newer program will be able to read. */
export const ofNewerProgram = 'was written by a newer program';

/** The message never carries a value: it may end in logs. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
}

/** How one event type is stored. */
export type EventShape<Event> = {
  readonly shape: z.ZodObject; // of the newest version, without `v` and `month`
  readonly personal: readonly string[]; // names of fields that are sealed
  /** Whose key seals them; never asked when nothing is personal. */
  readonly subject: (event: Event, key: string) => UserId;
  /** Time that chooses the conversation-month key; null: the subject key alone. */
  readonly monthOf: ((event: Event, atMs: number) => number) | null;
  /** From a stored version to the next: index 0 brings version 1 to version 2. */
  readonly upcasts: readonly ((old: Record<string, unknown>) => Record<string, unknown>)[];
};

export type ScopeReader = {
  /** The scope of a stored event, from its open fields. */
  readonly subjectOf: (fields: Readonly<Record<string, unknown>>, key: string) => UserId;
  readonly conversationOf: (
    key: string,
  ) => NonNullable<SealingScope['month']>['conversationId'] | null;
  /** Whom the states of a stream tell about in open text; none unless told. */
  readonly snapshotSubjectOf?: (key: string) => UserId;
};

export function defineCodec<Event extends { readonly type: string }>(
  category: string,
  shapes: { readonly [Type in Event['type']]: EventShape<Extract<Event, { type: Type }>> },
  { subjectOf, conversationOf, snapshotSubjectOf }: ScopeReader,
): Codec<Event> {
  const table = new Map<string, EventShape<never>>(Object.entries(shapes));
  const shapeOf = (event: Event): EventShape<Event> => table.get(event.type) as EventShape<Event>;
  return {
    category,
    types: [...table.keys()],
    scopeOf: (event, key, atMs) => {
      const { personal, subject, monthOf } = shapeOf(event);
      if (!personal.some((name) => isThere(event, name))) return null;
      const conversationId = conversationOf(key);
      const month =
        monthOf && conversationId
          ? { conversationId, utcMonth: utcMonth(monthOf(event, atMs)) }
          : null;
      return { subject: subject(event, key), month };
    },
    encode: (event, sealing) => {
      const { personal, upcasts } = shapeOf(event);
      const { type: _type, ...fields } = event;
      const month = sealing.scope?.month ? { month: sealing.scope.month.utcMonth } : {};
      const sealed = mapPersonal(fields, personal, (value, field) => seal(value, field, sealing));
      return JSON.stringify({ v: upcasts.length + 1, ...month, ...sealed });
    },
    read: (type, data, key) => {
      const shape = table.get(type);
      if (!shape) return null;
      const { month, ...fields } = newest(type, data, shape);
      const parsed = shape.shape.safeParse(fields);
      if (!parsed.success) throw new BadEvent(`${type}: ${whereWrong(parsed.error)}`);
      const sealed = shape.personal.some((name) => isThere(parsed.data, name));
      return {
        type,
        fields: parsed.data,
        scope: sealed ? scopeFrom(month, subjectOf(parsed.data, key), conversationOf(key)) : null,
      };
    },
    open: ({ type, fields }, sealing) => {
      const personal = table.get(type)?.personal ?? [];
      return {
        type,
        ...mapPersonal(fields, personal, (value, field) => open(value, field, sealing)),
      } as unknown as Event;
    },
    snapshotScope: (key) =>
      snapshotSubjectOf ? { subject: snapshotSubjectOf(key), month: null } : null,
  };
}

/** '2026-11' */
export function utcMonth(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

function isThere(fields: object, name: string): boolean {
  return (fields as Record<string, unknown>)[name] !== undefined;
}

function scopeFrom(
  month: unknown,
  subject: UserId,
  conversationId: NonNullable<SealingScope['month']>['conversationId'] | null,
): SealingScope {
  if (typeof month !== 'string' || !conversationId) return { subject, month: null };
  return { subject, month: { conversationId, utcMonth: month } };
}

function newest(
  type: string,
  data: unknown,
  { upcasts }: EventShape<never>,
): Record<string, unknown> {
  if (typeof data !== 'object' || data === null) throw new BadEvent(`${type}: is no object`);
  const { v, ...fields } = data as Record<string, unknown>;
  if (typeof v !== 'number' || v < 1) {
    throw new BadEvent(`${type}: version ${typeof v === 'number' ? v : 'missing'} is unknown`);
  }
  if (v > upcasts.length + 1) throw new BadEvent(`${type}: version ${v} ${ofNewerProgram}`);
  return upcasts.slice(v - 1).reduce((old, upcast) => upcast(old), fields);
}

function whereWrong(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''} is wrong (${issue?.code ?? 'unknown'})`;
}

/** Applies to each personal field, and to each text inside when the field is a list of records. */
function mapPersonal(
  fields: Readonly<Record<string, unknown>>,
  personal: readonly string[],
  change: (value: unknown, field: string) => unknown,
): Record<string, unknown> {
  const mapped: Record<string, unknown> = { ...fields };
  for (const name of personal) {
    const value = fields[name];
    if (value === undefined) continue;
    mapped[name] = Array.isArray(value)
      ? value.map((record: object, at) => mapRecord(record, `${name}.${at}`, change))
      : change(value, name);
  }
  return mapped;
}

function mapRecord(
  record: object,
  prefix: string,
  change: (value: unknown, field: string) => unknown,
): object {
  const entries = Object.entries(record);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, change(value, `${prefix}.${name}`)]),
  );
}

function seal(value: unknown, field: string, sealing: Sealing): SealedField {
  const { scope, keyring } = sealing;
  if (typeof value !== 'string' || !scope) throw new Error(`${field} cannot be sealed`);
  return { sealed: keyring.seal(scope, placeOf(field, sealing), value) };
}

function open(value: unknown, field: string, sealing: Sealing): Personal {
  const { scope, keyring } = sealing;
  if (!scope) throw new BadEvent(`${field}: nobody’s keys are named`);
  try {
    return keyring.open(scope, placeOf(field, sealing), (value as SealedField).sealed);
  } catch {
    throw new BadEvent(`${field}: was tampered with`);
  }
}

function placeOf(field: string, { stream, eventId }: Sealing): Place {
  return { stream, eventId, field };
}
