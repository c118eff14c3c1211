import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import type { ClientId, ConversationId, UserId } from '../../domain/ids.ts';
import { openEmbeddedEventStore } from '../../ops/adapters/event-store/embedded.ts';
import type { EventStore } from '../../ops/adapters/event-store/port.ts';
import { openFileRootKey } from '../../ops/adapters/keys/file.ts';
import { migrate } from '../../ops/adapters/tables/migrate.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { openJournal } from '../../ops/vault/journal.ts';
import { openVault, vaultMigrations } from '../../ops/vault/vault.ts';
import { accountCodec } from '../../schemas/events/account.ts';
import { utcMonth } from '../../schemas/events/codec.ts';
import { conversationCodec } from '../../schemas/events/conversation.ts';
import { participationCodec } from '../../schemas/events/participation.ts';
import type { Commands, Facts, NewMessage } from '../commands.ts';
import type { CommandLimits } from '../limits.ts';
import { openCommands } from '../open-commands.ts';

/** The pipeline on real machines, with the read models' facts given by hand. */
export type Bed = Awaited<ReturnType<typeof openBed>>;

export async function openBed() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-commands-'));
  const tables = await openTestTables();
  await migrate(tables, vaultMigrations);
  const store = await openEmbeddedEventStore({ path: join(folder, 'events.db') });
  const rootKey = openFileRootKey({ path: join(folder, 'root.key') });
  const vault = openVault({ tables, rootKey });
  const opened: Commands[] = [];
  return {
    store,
    tables,
    /** A pipeline as a process of its own would have it. */
    pipeline: (options: PipelineOptions = {}): Commands => {
      const parts = { store: options.store ?? store, vault, newId: () => v7() };
      const commands = openCommands({
        journals: {
          account: openJournal({ ...parts, codec: accountCodec }),
          conversation: openJournal({ ...parts, codec: conversationCodec }),
          participation: openJournal({ ...parts, codec: participationCodec }),
        },
        facts: { ...noFacts, ...options.facts },
        contentTag: async ({ author, conversationId, monthOfMs, content }) => {
          const month = { conversationId, utcMonth: utcMonth(monthOfMs) };
          const scope = { subject: author, month };
          return (await vault.forSealing([scope])).tag(scope, content);
        },
        newId: () => v7(),
        now: Date.now,
        after: (ms, call) => {
          const timer = setTimeout(call, ms);
          return () => clearTimeout(timer);
        },
        report: (cause) => process.stderr.write(`${String(cause)}\n`),
        limits: options.limits,
      });
      opened.push(commands);
      return commands;
    },
    [Symbol.asyncDispose]: async () => {
      for (const commands of opened) await commands[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await tables[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type PipelineOptions = {
  readonly store?: EventStore;
  readonly facts?: Partial<Facts>;
  readonly limits?: Partial<CommandLimits>;
};

const noFacts: Facts = {
  unknownPeople: async () => [],
  earlierMessage: async () => null,
  message: async () => null,
};

export const person = (): UserId => v7() as UserId;

export function message(
  conversationId: ConversationId,
  text: string,
  more: Partial<NewMessage> = {},
): NewMessage {
  const base = { conversationId, text, clientId: v7() as ClientId, form: 'text' as const };
  return { ...base, replyTo: undefined, claimedAtMs: undefined, source: 'client', ...more };
}

export async function group(
  commands: Commands,
  owner: UserId,
  members: readonly UserId[] = [],
): Promise<ConversationId> {
  const id = v7() as ConversationId;
  const asked = { id, title: 'Group', about: '', members, settings: {} };
  const outcome = await commands.createGroup(owner, asked);
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return id;
}
