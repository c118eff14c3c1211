import { malformedField } from '../input.ts';
import type { FieldResolvers, Resolver } from '../schema.ts';
import { accountMutations } from './accounts.ts';
import { conversationMutations } from './conversations.ts';
import { messageMutations, setTyping } from './messages.ts';
import { participationMutations } from './participations.ts';
import { refused } from './payload.ts';

const all: FieldResolvers = {
  ...accountMutations,
  ...conversationMutations,
  ...messageMutations,
  ...participationMutations,
};

/** Every mutation, refusing texts that could not be stored as sent, whatever field they are in. */
export const mutations: FieldResolvers = {
  ...Object.fromEntries(
    Object.entries(all).map(([name, resolve]) => [name, wellFormedOnly(resolve)]),
  ),
  setTyping, // takes nothing but an id, and has no payload that could hold a refusal
};

function wellFormedOnly(resolve: Resolver): Resolver {
  return (...asked) => {
    const field = malformedField(asked[1].input);
    return field === null ? resolve(...asked) : refused({ kind: 'text-malformed', field });
  };
}
