import type { Decider } from '../decider.ts';
import type { ConversationCommand, ConversationRefusal } from './commands.ts';
import { decide } from './decide.ts';
import type { ConversationEvent } from './events.ts';
import type { ConversationState } from './state.ts';
import { evolve, initialState } from './state.ts';

/** People who write to each other: a pair, a group, or the admins of a channel. */
export const conversation: Decider<
  ConversationCommand,
  ConversationState,
  ConversationEvent,
  ConversationRefusal
> = { category: 'conversation', initialState, decide, evolve };
