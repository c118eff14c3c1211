import type { ConversationId, UserId } from '../domain/ids.ts';
import type { Commands, Facts } from './commands.ts';
import { openConversationCommands } from './conversation/conversation.ts';
import { openSendMessage } from './conversation/send-message.ts';
import { openStarting } from './conversation/start.ts';
import type { CommandLimits } from './limits.ts';
import { commandLimits } from './limits.ts';
import type { MailboxesOptions } from './mailboxes.ts';
import { openParticipationCommands } from './participation/participation.ts';
import type { Journals } from './registry.ts';
import { openRegistry } from './registry.ts';

export type CommandsDependencies = {
  readonly journals: Journals;
  readonly facts: Facts;
  /** Tells two texts apart without showing either; see ops/docs/adr/0002-safe-retry.md. */
  readonly contentTag: (content: ContentToTag) => Promise<string>;
  readonly newId: () => string; // UUIDs
  readonly now: () => number; // ms since the Unix epoch
  /** Calls back once after the time; the answer takes it back. */
  readonly after: (ms: number, call: () => void) => () => void;
  readonly report: MailboxesOptions['report']; // defects
  readonly tracing?: MailboxesOptions['tracing'];
  readonly limits?: Partial<CommandLimits> | undefined;
};

export type ContentToTag = {
  readonly author: UserId;
  readonly conversationId: ConversationId;
  readonly monthOfMs: number; // chooses the conversation-month key
  readonly content: string;
};

type Depth = { open(): number; queued(): number };

/** Builds the pipeline over the journals. */
export function openCommands(dependencies: CommandsDependencies): Commands {
  const { journals, now, report, newId, tracing } = dependencies;
  const limits = { ...commandLimits, ...dependencies.limits };
  const registry = openRegistry(journals, { limits, now, report, tracing });
  const context = { ...dependencies, registry, limits };
  const participation = openParticipationCommands(context);
  return {
    account: async (userId, command) => {
      const reply = await registry.account.submit(userId, {
        command,
        answer: (state) => state,
        eventId: newId,
        needsFacts: () => false,
      });
      if (reply.kind === 'needs-facts') throw new Error('an account needs no facts');
      return reply;
    },
    ...openStarting(context),
    sendMessage: openSendMessage(context),
    conversation: openConversationCommands(context),
    participation: participation.submit,
    depth: () => {
      const sum = (of: (boxes: Depth) => number) =>
        Object.values(registry).reduce((total, boxes) => total + of(boxes), 0);
      return { mailboxes: sum((boxes) => boxes.open()), commands: sum((boxes) => boxes.queued()) };
    },
    [Symbol.asyncDispose]: async () => {
      await participation.flush();
      await Promise.all(Object.values(registry).map((mailboxes) => mailboxes.settled()));
    },
  };
}
