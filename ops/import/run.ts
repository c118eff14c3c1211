import type { Commands } from '../../commands/commands.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import { numbersByClientIds } from '../../projections/timeline/read.ts';
import { utcMonth } from '../../schemas/events/codec.ts';
import type { Vault } from '../../schemas/events/sealing.ts';
import type { Platform } from '../compose.ts';
import { PlainError } from '../plain-error.ts';
import type { Flight } from './flight.ts';
import { openFlight } from './flight.ts';
import type { Plan, PlannedConversation, PlannedMessage } from './plan.ts';
import { archivist } from './plan.ts';

export type Progress = (step: string, done: number, total: number) => void;
export type ImportResult = {
  readonly finished: boolean; // false: stopped; a further run goes on
  readonly stored: number; // messages of this run
  readonly found: number; // messages that were there already
};

const commandsUnderWayMax = 500; // a server that takes 50 in a second answers each in time
const conversationsAtOnceMax = 16;
const idsAskedAtOnceMax = 5_000;
const keysMadeAtOnce = 2_000;
const triesMax = 24; // of what may be asked again while a machine is away: for two minutes
const triedAgainAfterMs = 5_000;

/**
 * Carries the plan out through the command pipeline. Every step finds what is there already, so it
 * may be stopped or killed at any moment and run again: nothing is stored twice.
 */
export async function runImport(
  plan: Plan,
  platform: Platform,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ImportResult> {
  const { commands } = platform;
  const tally = { stored: 0, found: 0 };
  const known = await registerAll(plan, platform, { progress, signal });
  const total = plan.counts.messages + plan.counts.actions;
  const flight = openFlight(commandsUnderWayMax);
  const queue = [...plan.conversations];
  const work = async (): Promise<void> => {
    for (;;) {
      const next = queue.shift();
      if (!next || signal.aborted) return;
      await sendAll(next, platform, {
        flight,
        signal,
        counted: (stored) => {
          tally[stored ? 'stored' : 'found'] += 1;
          progress('messages', tally.stored + tally.found, total);
        },
      });
    }
  };
  await Promise.all(Array.from({ length: conversationsAtOnceMax }, work));
  await flight.landed();
  if (!signal.aborted) await renameAll(plan, commands, { known, progress, signal });
  return { finished: !signal.aborted, ...tally };
}

/** Registers everybody; answers with how many renames each has behind her already. */
async function registerAll(
  { people }: Plan,
  { commands, machines, progress: reads }: Platform,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ReadonlyMap<UserId, number>> {
  const flight = openFlight(commandsUnderWayMax);
  const renamed = new Map<UserId, number>();
  let newest = 0n;
  const all: [UserId, string, 'person' | 'service'][] = [
    [archivist, 'Archive', 'service'],
    ...[...people].map(([id, name]): [UserId, string, 'person'] => [id, name, 'person']),
  ];
  for (const [at, [userId, name, kind]] of all.entries()) {
    if (signal.aborted) break;
    if (at % keysMadeAtOnce === 0) {
      const next = all.slice(at, at + keysMadeAtOnce);
      await machines.vault.forSealing(next.map(([subject]) => ({ subject, month: null })));
    }
    await flight.start(async () => {
      const command = {
        type: 'register',
        kind,
        name,
        handle: undefined,
        origin: 'import',
      } as const;
      const register = () => commands.account(userId, command);
      const outcome = await untilAnswered(register, { clock: machines.clock, signal });
      if (outcome.kind !== 'done') throw failed(`registering a person`, outcome);
      renamed.set(userId, outcome.answer.revision);
      if (outcome.position > newest) newest = outcome.position;
      progress('people', renamed.size, all.length);
    });
  }
  await flight.landed();
  // Groups may only name people whom the read models know.
  await reads.waitFor(newest, { timeoutMs: 120_000 });
  return renamed;
}

/**
 * Asks again while a machine is away: what was stored meanwhile is found. Not for messages, whose
 * numbers would change when a later one is stored before.
 */
async function untilAnswered<Outcome extends { readonly kind: string }>(
  ask: () => Promise<Outcome>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Outcome> {
  for (let left = triesMax - 1; ; left -= 1) {
    const outcome = await ask();
    if (outcome.kind !== 'unavailable' || left === 0 || signal.aborted) return outcome;
    await sleep(clock, triedAgainAfterMs, signal);
  }
}

async function sendAll(
  { id, title, members, messages }: PlannedConversation,
  { commands, machines }: Platform,
  options: {
    readonly flight: Flight;
    readonly signal: AbortSignal;
    readonly counted: (stored: boolean) => void;
  },
): Promise<void> {
  const { flight, signal, counted } = options;
  const settings = { joining: 'open' } as const;
  const create = () =>
    commands.createGroup(archivist, { ...{ id, title, about: '', members, settings } });
  const created = await untilAnswered(create, { clock: machines.clock, signal });
  if (created.kind !== 'done') throw failed(`creating ${title}`, created);
  await makeKeys(machines.vault, id, messages);
  const there = new Set<string>();
  for (let from = 0; !created.stored && from < messages.length; from += idsAskedAtOnceMax) {
    const ids = messages.slice(from, from + idsAskedAtOnceMax).map(({ clientId }) => clientId);
    for (const known of (await numbersByClientIds(machines.tables, id, ids)).keys())
      there.add(known);
  }
  for (const { author, number, ...message } of messages) {
    if (signal.aborted) break;
    if (there.has(message.clientId)) {
      counted(false);
      continue;
    }
    await flight.start(async () => {
      const asked = { ...message, conversationId: id, source: 'import' as const };
      const outcome = await commands.sendMessage(author, asked);
      if (outcome.kind !== 'done') throw failed(`message ${number} of ${title}`, outcome);
      if (outcome.answer.number !== number) {
        throw new PlainError(
          `Message ${number} of ${title} got number ${outcome.answer.number}: somebody else ` +
            'writes there. Import into a platform where nobody does.',
        );
      }
      counted(outcome.stored);
    });
  }
}

/** All keys of a conversation in one step, instead of one look-up for each first message. */
async function makeKeys(
  vault: Vault,
  conversationId: ConversationId,
  messages: readonly PlannedMessage[],
): Promise<void> {
  const scopes = new Map(
    messages.map(({ author: subject, claimedAtMs }) => {
      const month = { conversationId, utcMonth: utcMonth(claimedAtMs) };
      return [`${subject}/${month.utcMonth}`, { subject, month }];
    }),
  );
  await vault.forSealing([...scopes.values()]);
}

/** In order for each person; those done by an earlier run are passed over. */
async function renameAll(
  { renames }: Plan,
  commands: Commands,
  {
    known,
    progress,
    signal,
  }: {
    readonly known: ReadonlyMap<UserId, number>;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const flight = openFlight(commandsUnderWayMax);
  const total = [...renames.values()].reduce((sum, list) => sum + list.length, 0);
  let done = 0;
  for (const [userId, names] of renames) {
    if (signal.aborted) break;
    const behind = known.get(userId) ?? 0;
    done += Math.min(behind, names.length);
    for (const name of names.slice(behind)) {
      await flight.start(async () => {
        const outcome = await commands.account(userId, { type: 'change-profile', name });
        if (outcome.kind !== 'done') throw failed('renaming a person', outcome);
        done += 1;
        progress('renames', done, total);
      });
    }
  }
  await flight.landed();
}

function failed(
  what: string,
  outcome: { readonly kind: string; readonly refusal?: unknown },
): PlainError {
  const refusal = outcome.refusal as { readonly kind: string } | undefined;
  const why = refusal ? `was refused (${refusal.kind})` : `did not work (${outcome.kind})`;
  return new PlainError(`${what} ${why}. Run the import again: it goes on where it stopped.`);
}
