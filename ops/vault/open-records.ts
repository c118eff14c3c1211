import { parseConversationId, parseParticipationKey, parseUserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { accountCodec } from '../../schemas/events/account.ts';
import type { StoredEvent } from '../../schemas/events/codec.ts';
import { BadEvent } from '../../schemas/events/codec.ts';
import { conversationCodec } from '../../schemas/events/conversation.ts';
import { participationCodec } from '../../schemas/events/participation.ts';
import type { Keyring } from '../../schemas/events/sealing.ts';
import { parseRecord } from '../../schemas/records/encode.ts';
import type { EventRecord } from '../../schemas/records/envelope.ts';
import type { RecordOpener, Unreadable, Watermark } from './port.ts';
import type { RecordMemory } from './record-memory.ts';
import { openRecordMemory } from './record-memory.ts';
import type { OwnedVault } from './vault.ts';

const codecs = {
  account: accountCodec,
  conversation: conversationCodec,
  participation: participationCodec,
};
type Category = keyof typeof codecs;

type Opened = ParleyEvent | Watermark | Unreadable | null;
/** An event that was read and is still sealed; `opened` once it was opened. */
export type Sealed = {
  readonly record: EventRecord;
  readonly category: Category;
  readonly key: string;
  readonly stored: StoredEvent;
  readonly opened?: Opened;
};
type Read = { readonly done: Opened } | Sealed;

/** Records opened last, for those who open them next: a process has a projector and a gateway. */
const remembered = { recordsMax: 2_000, charactersMax: 4_000_000 };

/**
 * Opens records of the events topic, asking for all their keys at once. A record that was opened a
 * moment ago is not opened again. A key that is destroyed in this process takes with it what it
 * opened here; one that another process destroys does so once it is forgotten here too. Very many
 * at once are history that nobody opens next: they are not remembered, and push out nothing that
 * somebody does.
 */
export function openRecordOpener(
  vault: Pick<OwnedVault, 'forOpening' | 'whenDestroyed'>,
  memory: RecordMemory<Sealed> = openRecordMemory(remembered),
): RecordOpener {
  vault.whenDestroyed((keyring) => {
    memory.forget(({ stored }) => stored.scope !== null && !keyring.holds(stored.scope));
  });
  const openOne = (item: Sealed, keyring: Keyring): Opened => {
    const { scope } = item.stored;
    if (item.opened && (!scope || keyring.holds(scope))) return item.opened;
    return openRead(item, keyring);
  };
  return {
    open: async (values) => {
      const read = values.map((value) => [value, memory.get(value) ?? readValue(value)] as const);
      const scopes = read.flatMap(([, item]) =>
        'stored' in item ? (item.stored.scope ?? []) : [],
      );
      const keyring = await vault.forOpening(scopes);
      const worthKeeping = values.length <= remembered.recordsMax;
      return read.map(([value, item]) => {
        if ('done' in item) return item.done;
        const opened = openOne(item, keyring);
        if (worthKeeping && opened !== item.opened) memory.put(value, { ...item, opened });
        return opened;
      });
    },
  };
}

function readValue(text: string): Read {
  const record = parseRecord(text);
  if (!record) return { done: unreadable(0n, 'the record is no JSON of ours') };
  if (record.kind === 'watermark') {
    return { done: { category: 'watermark', position: BigInt(record.position) } };
  }
  const at = record.stream.indexOf('-');
  const category = record.stream.slice(0, at);
  const key = record.stream.slice(at + 1);
  if (!isCategory(category)) return { done: null };
  try {
    const stored = codecs[category].read(record.type, record.data, key);
    return stored ? { record, category, key, stored } : { done: null };
  } catch (cause) {
    return { done: unreadable(BigInt(record.position), reasonOf(cause)) };
  }
}

function openRead(item: Sealed, keyring: Keyring): Opened {
  const { record, category, key, stored } = item;
  const position = BigInt(record.position);
  const sealing = { stream: record.stream, eventId: record.id, scope: stored.scope, keyring };
  const { id, revision, recordedAtMs } = record;
  const base = { id, revision, position, recordedAtMs };
  try {
    if (category === 'account') {
      const userId = parseUserId(key);
      if (!userId) return unreadable(position, 'the stream names no person');
      return { ...base, category, userId, event: accountCodec.open(stored, sealing) };
    }
    if (category === 'conversation') {
      const conversationId = parseConversationId(key);
      if (!conversationId) return unreadable(position, 'the stream names no conversation');
      return { ...base, category, conversationId, event: conversationCodec.open(stored, sealing) };
    }
    const ids = parseParticipationKey(key);
    if (!ids) return unreadable(position, 'the stream names no participation');
    return { ...base, category, ...ids, event: participationCodec.open(stored, sealing) };
  } catch (cause) {
    return unreadable(position, reasonOf(cause));
  }
}

function unreadable(position: bigint, reason: string): Unreadable {
  return { category: 'unreadable', position, reason };
}

/** Only our own words: anything else might quote what it could not read. */
function reasonOf(cause: unknown): string {
  return cause instanceof BadEvent ? cause.message : 'the event cannot be read';
}

function isCategory(name: string): name is Category {
  return name in codecs;
}
