import type { UserId } from '../ids.ts';
import { clientIdTimeMs } from '../ids.ts';
import { forbids, needOf } from './access.ts';
import { amendmentOf } from './amendments.ts';
import type {
  ConversationCommand,
  ConversationRefusal,
  DeleteMessage,
  EditMessage,
  MessageFacts,
  Pin,
  React,
  SendMessage,
  Unpin,
  Unreact,
} from './commands.ts';
import type { RememberedMessage } from './memory.ts';
import { byClientId, byNumber } from './memory.ts';
import { ownReactions } from './reaction-memory.ts';
import type { BegunConversation, ConversationState } from './state.ts';

type AboutMessage = EditMessage | DeleteMessage | React | Unreact | Pin | Unpin;

/** The message of a repeated send; undefined: unknown to the state, which may have forgotten it. */
export function rememberedMessage(
  state: ConversationState,
  of: Pick<SendMessage, 'by' | 'clientId'>,
): RememberedMessage | undefined {
  return state.situation === 'none' ? undefined : byClientId(state.messages, of.by, of.clientId);
}

/** The state may have forgotten this client id: `earlier` must be looked up before deciding. */
export function needsEarlier(command: SendMessage, state: ConversationState): boolean {
  if (state.situation === 'none' || command.source === 'import') return false;
  if (command.earlier !== undefined || rememberedMessage(state, command)) return false;
  return clientIdTimeMs(command.clientId) <= state.messages.forgottenIdTimeMaxMs;
}

/** The state has forgotten the message or reactions on it: `facts` must be looked up first. */
export function needsFacts(command: ConversationCommand, state: ConversationState): boolean {
  if (state.situation === 'none' || !isAboutMessage(command)) return false;
  if (command.facts !== undefined || forbidsTouching(command, state)) return false;
  return hasNumber(state, command.number) && isForgotten(command, state);
}

/** Why this person may do nothing of the kind to any message here; null: she may. */
export function forbidsTouching(
  command: AboutMessage,
  state: BegunConversation,
): ConversationRefusal | null {
  switch (command.type) {
    case 'pin':
    case 'unpin':
      return forbids(state, command.by, needOf(state.settings.editing));
    case 'react':
    case 'unreact': {
      const refusal = forbids(state, command.by, 'member');
      const subscriber = state.kind === 'channel' && command.subscriber === true;
      return refusal?.kind === 'not-a-member' && subscriber ? null : refusal;
    }
    default:
      return forbids(state, command.by, 'member');
  }
}

export type KnownMessage = {
  readonly author: UserId;
  readonly sentAtMs: number;
  readonly deleted: boolean;
  readonly contentTag: string; // of the newest text
  readonly ownReactions: ReadonlySet<string>; // of the person who asks
};

/** From memory, else from the facts as corrected by memory; null: there is no such message. */
export function knownMessage(command: AboutMessage, state: BegunConversation): KnownMessage | null {
  if (!hasNumber(state, command.number)) return null;
  if (needsFacts(command, state)) {
    throw new Error('Facts must be looked up before deciding: ask needsFacts.');
  }
  const { number, by, facts } = command;
  const message = byNumber(state.messages, number) ?? corrected(number, facts ?? null, state);
  if (!message) return null;
  const own = ownReactions(state.reactions, { number, user: by }, facts?.ownReactions ?? []);
  return { ...message, ownReactions: own };
}

export function hasNumber(state: BegunConversation, number: number): boolean {
  return Number.isSafeInteger(number) && number >= 1 && number <= state.lastNumber;
}

function corrected(number: number, facts: MessageFacts, state: BegunConversation) {
  return facts && { ...facts, ...amendmentOf(state.amendments, number) };
}

function isForgotten(command: AboutMessage, state: BegunConversation): boolean {
  switch (command.type) {
    case 'unpin':
      return false;
    case 'pin':
      return !state.pins.has(command.number) && !byNumber(state.messages, command.number);
    case 'react':
    case 'unreact':
      if (command.number <= state.reactions.forgottenUpTo) return true;
      return !byNumber(state.messages, command.number);
    default:
      return !byNumber(state.messages, command.number);
  }
}

function isAboutMessage(command: ConversationCommand): command is AboutMessage {
  return 'number' in command;
}
