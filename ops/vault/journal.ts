import type { Recorded } from '../../domain/recorded.ts';
import type { Codec } from '../../schemas/events/codec.ts';
import type { Place, SealingScope, Vault } from '../../schemas/events/sealing.ts';
import { encodeMetadata } from '../../schemas/traceparent.ts';
import type { EventStore, EventToAppend, RecordedEvent } from '../adapters/event-store/port.ts';
import { EventStoreUnavailable } from '../adapters/event-store/port.ts';
import { TablesUnavailable } from '../adapters/tables/port.ts';
import type { Journal, JournalAppend, JournalOutcome, Snapshot } from './port.ts';

/** Opens and seals one aggregate's events on their way from and to the event store. */
export function openJournal<Event extends { readonly type: string }>(dependencies: {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly codec: Codec<Event>;
  readonly newId: () => string;
}): Journal<Event> {
  const { store, vault, codec, newId } = dependencies;
  const streamOf = (key: string): string => `${codec.category}-${key}`;
  const snapshotStreamOf = (key: string): string => `snapshot-${codec.category}-${key}`;
  return {
    read: async function* (key, fromRevision, eventsMax) {
      const pages = store.readStream({
        ...{ stream: streamOf(key), from: fromRevision, direction: 'forwards', eventsMax },
      });
      for await (const page of pages) yield await openPage(page, { key, codec, vault });
    },
    append: (request) => append(request, { store, vault, codec, stream: streamOf(request.key) }),
    readSnapshot: async (key, version) => {
      const pages = store.readStream({
        ...{ stream: snapshotStreamOf(key), from: 'end', direction: 'backwards', eventsMax: 1 },
      });
      for await (const [newest] of pages) {
        return newest
          ? readSnapshot(newest, { version, scope: codec.snapshotScope(key), vault })
          : null;
      }
      return null;
    },
    writeSnapshot: async (key, snapshot) => {
      const stream = snapshotStreamOf(key);
      await store.keepNewest(stream, 1);
      const id = newId();
      const place = { stream, eventId: id, field: 'state' };
      const state = await sealState(snapshot.state, codec.snapshotScope(key), { place, vault });
      const data = Buffer.from(JSON.stringify({ ...snapshot, state }, bigintAsText));
      const event = { id, type: 'snapshot', data, metadata: encodeMetadata(undefined) };
      await store.append({ stream, expected: 'any', events: [event] });
    },
  };
}

async function openPage<Event extends { readonly type: string }>(
  page: readonly RecordedEvent[],
  { key, codec, vault }: { key: string; codec: Codec<Event>; vault: Vault },
): Promise<readonly Recorded<Event>[]> {
  const read = page.flatMap((recorded) => {
    const data: unknown = JSON.parse(textOf(recorded.data));
    const stored = codec.read(recorded.type, data, key);
    return stored ? [{ recorded, stored }] : [];
  });
  const keyring = await vault.forOpening(read.flatMap(({ stored }) => stored.scope ?? []));
  return read.map(({ recorded, stored }) => {
    const { id, stream, revision, position, recordedAtMs } = recorded;
    const sealing = { stream, eventId: id, scope: stored.scope, keyring };
    return { id, revision, position, recordedAtMs, event: codec.open(stored, sealing) };
  });
}

async function append<Event extends { readonly type: string }>(
  { key, expected, events, atMs }: JournalAppend<Event>,
  context: { store: EventStore; vault: Vault; codec: Codec<Event>; stream: string },
): Promise<JournalOutcome> {
  const { store, vault, codec, stream } = context;
  try {
    const scopes = events.map(({ event }) => codec.scopeOf(event, key, atMs));
    const keyring = await vault.forSealing(scopes.filter((scope) => scope !== null));
    const sealed = events.map(({ id, event, traceparent }, at): EventToAppend => {
      const scope: SealingScope | null = scopes[at] ?? null;
      const text = codec.encode(event, { stream, eventId: id, scope, keyring });
      const metadata = encodeMetadata(traceparent);
      return { id, type: event.type, data: Buffer.from(text), metadata };
    });
    const outcome = await store.append({ stream, expected, events: sealed });
    if (outcome.kind === 'appended') return outcome;
    if (outcome.kind === 'conflict') return { kind: 'conflict' };
    return { kind: 'unavailable', reason: `the log refused the events (${outcome.kind})` };
  } catch (cause) {
    if (cause instanceof EventStoreUnavailable || cause instanceof TablesUnavailable) {
      return { kind: 'unavailable', reason: cause.message };
    }
    throw cause;
  }
}

async function sealState(
  state: string,
  scope: SealingScope | null,
  { place, vault }: { readonly place: Place; readonly vault: Vault },
): Promise<string> {
  return scope ? (await vault.forSealing([scope])).seal(scope, place, state) : state;
}

async function readSnapshot(
  { id, stream, data }: RecordedEvent,
  { version, scope, vault }: { version: number; scope: SealingScope | null; vault: Vault },
): Promise<Snapshot | null> {
  const found: Omit<Snapshot, 'position'> & { position: string } = JSON.parse(textOf(data));
  if (found.version !== version) return null;
  const snapshot = { ...found, position: BigInt(found.position) };
  if (!scope) return snapshot;
  const place = { stream, eventId: id, field: 'state' };
  const state = (await vault.forOpening([scope])).open(scope, place, found.state);
  return state === null ? null : { ...snapshot, state };
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8');
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
