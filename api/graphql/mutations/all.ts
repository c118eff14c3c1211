import type { FieldResolvers } from '../schema.ts';
import { accountMutations } from './accounts.ts';
import { conversationMutations } from './conversations.ts';
import { messageMutations } from './messages.ts';
import { participationMutations } from './participations.ts';

export const mutations: FieldResolvers = {
  ...accountMutations,
  ...conversationMutations,
  ...messageMutations,
  ...participationMutations,
};
