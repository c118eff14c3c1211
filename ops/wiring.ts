import type { LiveReads } from '../api/live/live-reads.ts';
import { memberKey, messageKey } from '../api/live/live-reads.ts';
import type { Commands, Facts } from '../commands/commands.ts';
import type { ContentToTag } from '../commands/open-commands.ts';
import { openCommands } from '../commands/open-commands.ts';
import {
  companionIds,
  conversationsByIds,
  membersByKeys,
  membersChangedAfter,
} from '../projections/conversation-details/read.ts';
import {
  participationsByKeys,
  participationsChangedAfter,
  seesFromOf,
  windowsOf,
} from '../projections/inbox/read.ts';
import { peopleByIds, peopleChangedAfter, unknownPeople } from '../projections/people/read.ts';
import type { ReadProgress } from '../projections/progress.ts';
import { earlierMessage, messageFacts } from '../projections/timeline/facts.ts';
import { eventsAfter, hiddenNumbers, messagesByNumbers } from '../projections/timeline/read.ts';
import { accountCodec } from '../schemas/events/account.ts';
import { utcMonth } from '../schemas/events/codec.ts';
import { conversationCodec } from '../schemas/events/conversation.ts';
import { participationCodec } from '../schemas/events/participation.ts';
import { TablesUnavailable } from './adapters/tables/port.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';
import { traceIdIn } from './observe/log.ts';
import type { Tracing } from './observe/port.ts';
import { tracedCommands } from './observe/traces/traced.ts';
import { openJournal } from './vault/journal.ts';

const factsWaitMs = 5_000;
const companionsMax = 5_000;

/** The command pipeline over the machines. */
export function wireCommands(
  machines: Machines,
  progress: ReadProgress,
  { log, tracing }: { readonly log: Log; readonly tracing: Tracing | null },
): Commands {
  const { eventStore: store, vault, newId, now, clock } = machines;
  const base = { store, vault, newId };
  const commands = openCommands({
    journals: {
      account: openJournal({ ...base, codec: accountCodec }),
      conversation: openJournal({ ...base, codec: conversationCodec }),
      participation: openJournal({ ...base, codec: participationCodec }),
    },
    facts: wireFacts(machines, progress),
    contentTag: ({ author, conversationId, monthOfMs, content }: ContentToTag) =>
      tag(machines, { author, conversationId, monthOfMs, content }),
    ...{ newId, now },
    after: clock.setTimer,
    report: (cause, traceparent) =>
      log.error({ cause: nameOf(cause), trace_id: traceIdIn(traceparent) }, 'a command failed'),
    ...(tracing && { tracing }),
  });
  return tracing ? tracedCommands(commands, { tracing, now }) : commands;
}

async function tag(
  { vault }: Machines,
  { author, conversationId, monthOfMs, content }: ContentToTag,
): Promise<string> {
  const month = { conversationId, utcMonth: utcMonth(monthOfMs) };
  const scope = { subject: author, month };
  return (await vault.forSealing([scope])).tag(scope, content);
}

function wireFacts({ promptTables: tables }: Machines, progress: ReadProgress): Facts {
  const reached = async (key: string, position: bigint): Promise<void> => {
    const at = await progress.waitForKey(key, position, { timeoutMs: factsWaitMs });
    if (at < position) throw new TablesUnavailable('the read models are too far behind');
  };
  return {
    unknownPeople: (users) => unknownPeople(tables, users),
    earlierMessage: async (of, atLeast) => {
      await reached(of.conversationId, atLeast);
      return earlierMessage(tables, of);
    },
    message: async (of, atLeast) => {
      await reached(of.conversationId, atLeast);
      return messageFacts(tables, of);
    },
  };
}

/** What the gateway asks, out of the readers. */
export function wireLiveReads(
  { promptTables: tables, eventStore }: Machines,
  progress: ReadProgress,
): LiveReads {
  return {
    head: () => eventStore.head(),
    // A device that came back at once would only make a crowd.
    waitFor: (position, timeoutMs) => progress.waitFor(position, { timeoutMs, patient: true }),
    waitForKey: (key, position, timeoutMs) =>
      progress.waitForKey(key, position, { timeoutMs, patient: true }),
    memberships: (viewer) => windowsOf(tables, viewer),
    seesFrom: (conversationId, users) => seesFromOf(tables, conversationId, users),
    hidden: (users, of) => hiddenNumbers(tables, users, of),
    people: (userIds) => peopleByIds(tables, userIds),
    conversations: (ids) => conversationsByIds(tables, ids),
    messages: async (viewer, keys) => {
      const found = await messagesByNumbers(tables, viewer, keys);
      return new Map([...found.values()].map((view) => [messageKey(view), view]));
    },
    members: async (keys) => {
      const found = await membersByKeys(tables, keys);
      return new Map([...found.values()].map((view) => [memberKey(view), view]));
    },
    participations: (viewer, ids) => participationsByKeys(tables, viewer, ids),
    missedEvents: (viewer, memberships, span) =>
      eventsAfter(tables, { viewer, conversations: memberships, ...span }),
    movedMarks: (memberships, span) => {
      const present = memberships.filter(({ seesUpTo }) => seesUpTo === null);
      const conversationIds = present.map(({ conversationId }) => conversationId);
      return membersChangedAfter(tables, { conversationIds, ...span });
    },
    changedParticipations: (viewer, span) =>
      participationsChangedAfter(tables, { viewer, ...span }),
    changedPeople: async (viewer, span) => {
      const windows = await windowsOf(tables, viewer);
      const present = windows.filter(({ seesUpTo }) => seesUpTo === null);
      const ids = present.map(({ conversationId }) => conversationId);
      const companions = await companionIds(tables, ids, companionsMax);
      return peopleChangedAfter(tables, { userIds: [viewer, ...companions], ...span });
    },
  };
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
}
