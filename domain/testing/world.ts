import type {
  ConversationCommand,
  EarlierMessage,
  MessageFacts,
} from '../conversation/commands.ts';
import { conversation } from '../conversation/conversation.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import { needsEarlier, needsFacts } from '../conversation/lookups.ts';
import type { ConversationState } from '../conversation/state.ts';
import type { UserId } from '../ids.ts';

type Message = {
  readonly author: UserId;
  readonly sentAtMs: number;
  readonly sentContentTag: string;
  contentTag: string;
  deleted: boolean;
  readonly reactions: Set<string>; // person and emoji
};

/** One conversation with a timeline that forgets nothing, which answers the look-ups. */
export type World = {
  state: ConversationState;
  readonly events: ConversationEvent[];
  readonly messages: Message[]; // number 1 first
  readonly byClientId: Map<string, number>;
};

export function emptyWorld(): World {
  return {
    state: conversation.initialState(),
    events: [],
    messages: [],
    byClientId: new Map(),
  };
}

/** Looks up what is needed, decides, and takes the events in. */
export function ask(world: World, command: ConversationCommand) {
  const decision = conversation.decide(informed(world, command), world.state);
  if (decision.verdict === 'accepted') for (const event of decision.events) happen(world, event);
  return decision;
}

/** As the pipeline would send it to the decider. */
export function informed(world: World, command: ConversationCommand): ConversationCommand {
  if (command.type === 'send-message' && needsEarlier(command, world.state)) {
    return { ...command, earlier: earlierOf(world, command.by, command.clientId) };
  }
  if ('number' in command && needsFacts(command, world.state)) {
    return { ...command, facts: factsOf(world, command.number, command.by) };
  }
  return command;
}

export function happen(world: World, event: ConversationEvent): void {
  world.state = conversation.evolve(world.state, event);
  world.events.push(event);
  const message = 'number' in event ? world.messages[event.number - 1] : undefined;
  if (event.type === 'message-sent') {
    world.byClientId.set(event.author + event.clientId, event.number);
    world.messages.push({
      author: event.author,
      sentAtMs: event.atMs,
      sentContentTag: event.contentTag,
      contentTag: event.contentTag,
      deleted: false,
      reactions: new Set(),
    });
  }
  if (message && event.type === 'message-edited') message.contentTag = event.contentTag;
  if (message && event.type === 'message-deleted') message.deleted = true;
  if (event.type === 'reaction-added') message?.reactions.add(`${event.by} ${event.emoji}`);
  if (event.type === 'reaction-removed') message?.reactions.delete(`${event.by} ${event.emoji}`);
}

function earlierOf(world: World, author: UserId, clientId: string): EarlierMessage {
  const number = world.byClientId.get(author + clientId);
  const message = number === undefined ? undefined : world.messages[number - 1];
  return number && message ? { number, contentTag: message.sentContentTag } : null;
}

function factsOf(world: World, number: number, viewer: UserId): MessageFacts {
  const message = world.messages[number - 1];
  if (!message) return null;
  const { author, sentAtMs, deleted, contentTag, reactions } = message;
  const own = [...reactions].filter((reaction) => reaction.startsWith(viewer));
  const ownReactions = own.map((reaction) => reaction.slice(viewer.length + 1));
  return { author, sentAtMs, deleted, contentTag, ownReactions };
}
