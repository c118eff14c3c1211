import type { Decider } from '../decider.ts';
import type { ParticipationCommand, ParticipationRefusal } from './commands.ts';
import { decide } from './decide.ts';
import type { ParticipationEvent } from './events.ts';
import type { ParticipationState } from './state.ts';
import { evolve, initialState } from './state.ts';

/** What one person keeps about one conversation, and a channel's subscription. */
export const participation: Decider<
  ParticipationCommand,
  ParticipationState,
  ParticipationEvent,
  ParticipationRefusal
> = { category: 'participation', initialState, decide, evolve };
