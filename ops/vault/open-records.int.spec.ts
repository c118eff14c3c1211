import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ClientId, ConversationId, UserId } from '../../domain/ids.ts';
import { conversationCodec } from '../../schemas/events/conversation.ts';
import type { Keyring, Vault } from '../../schemas/events/sealing.ts';
import { encodeRecord } from '../../schemas/records/encode.ts';
import { openFileRootKey } from '../adapters/keys/file.ts';
import { migrate } from '../adapters/tables/migrate.ts';
import type { Tables } from '../adapters/tables/port.ts';
import { openTestTables } from '../adapters/tables/testing.ts';
import type { Sealed } from './open-records.ts';
import { openRecordOpener } from './open-records.ts';
import { openRecordMemory } from './record-memory.ts';
import type { OwnedVault } from './vault.ts';
import { openVault, vaultMigrations } from './vault.ts';

let tables: Tables;
let vault: OwnedVault;
const folder = mkdtempSync(join(tmpdir(), 'parley-records-'));
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, vaultMigrations);
  const rootKey = openFileRootKey({ path: join(folder, 'root.key') });
  vault = openVault({ tables, rootKey });
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const conversationId = v7() as ConversationId;
const stream = `conversation-${conversationId}`;
const atMs = Date.UTC(2026, 10, 26);

/** The record of a message as the relay writes it. */
async function recordOf(author: UserId, text: string): Promise<string> {
  const sent: ConversationEvent = {
    ...{ type: 'message-sent', number: 1, atMs, author, peer: undefined, text, form: 'text' },
    ...{ replyTo: undefined, claimedAtMs: undefined },
    ...{ clientId: v7() as ClientId, contentTag: 'tag' },
  };
  const id = v7();
  const scope = conversationCodec.scopeOf(sent, conversationId, atMs);
  const keyring = await vault.forSealing(scope ? [scope] : []);
  const data = Buffer.from(conversationCodec.encode(sent, { stream, eventId: id, scope, keyring }));
  const place = { id, stream, revision: 1, position: 1n, recordedAtMs: atMs };
  return encodeRecord({ ...place, type: sent.type, data });
}

/** The vault, counting what is opened. */
function counting(): { readonly vault: OwnedVault; opened(): number } {
  let opened = 0;
  const counted = (keyring: Keyring): Keyring => ({
    ...keyring,
    open: (...asked) => {
      opened += 1;
      return keyring.open(...asked);
    },
  });
  const forOpening: Vault['forOpening'] = async (scopes) => counted(await vault.forOpening(scopes));
  return { vault: { ...vault, forOpening }, opened: () => opened };
}

async function textOf(opener: ReturnType<typeof openRecordOpener>, value: string) {
  const [opened] = await opener.open([value]);
  if (!opened || !('event' in opened) || opened.event.type !== 'message-sent') return undefined;
  return opened.event.text;
}

describe('opening records', () => {
  it('opens what several consumers of a process read once', async () => {
    const counted = counting();
    const opener = openRecordOpener(counted.vault);
    const value = await recordOf(v7() as UserId, 'hello');
    expect([await textOf(opener, value), await textOf(opener, value)]).toEqual(['hello', 'hello']);
    expect(counted.opened()).toBe(1);
  });

  it('reads as erased once a key is destroyed, also what it opened before', async () => {
    const author = v7() as UserId;
    const opener = openRecordOpener(vault);
    const value = await recordOf(author, 'secret');
    expect(await textOf(opener, value)).toBe('secret');
    await vault.destroySubject(author);
    expect(await textOf(opener, value)).toBeNull();
  });

  it('does not keep what a destroyed key opened until somebody asks for it', async () => {
    const [author, other] = [v7() as UserId, v7() as UserId];
    const memory = openRecordMemory<Sealed>({ recordsMax: 10, charactersMax: 100_000 });
    const opener = openRecordOpener(vault, memory);
    const [secret, kept] = [await recordOf(author, 'secret'), await recordOf(other, 'kept')];
    await opener.open([secret, kept]);
    await vault.destroySubject(author);
    expect([memory.get(secret), memory.kept().records]).toEqual([undefined, 1]);
  });

  it('remembers what devices wait for while a rebuild opens very many', async () => {
    const counted = counting();
    const opener = openRecordOpener(counted.vault);
    const author = v7() as UserId;
    const live = await recordOf(author, 'live');
    await textOf(opener, live);
    const history = await Promise.all(
      Array.from({ length: 2_001 }, (_, at) => recordOf(author, `${at}`)),
    );
    await opener.open(history);
    const before = counted.opened();
    await textOf(opener, live);
    expect(counted.opened()).toBe(before);
  });

  it('forgets the oldest of very many', async () => {
    const counted = counting();
    const opener = openRecordOpener(counted.vault);
    const author = v7() as UserId;
    const first = await recordOf(author, 'first');
    await textOf(opener, first);
    const others = await Promise.all(
      Array.from({ length: 2_000 }, (_, at) => recordOf(author, `${at}`)),
    );
    await opener.open(others);
    const before = counted.opened();
    await textOf(opener, first);
    expect(counted.opened()).toBe(before + 1);
  });
});
