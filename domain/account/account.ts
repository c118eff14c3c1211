import type { Decider } from '../decider.ts';
import type { AccountCommand, AccountRefusal } from './commands.ts';
import { decide } from './decide.ts';
import type { AccountEvent } from './events.ts';
import type { AccountState } from './state.ts';
import { evolve, initialState } from './state.ts';

/** A person, bot or service with her profile and what she chose for all her devices. */
export const account: Decider<AccountCommand, AccountState, AccountEvent, AccountRefusal> = {
  category: 'account',
  initialState,
  decide,
  evolve,
};
