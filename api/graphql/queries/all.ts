import { analytics } from '../analytics.ts';
import type { FieldResolvers } from '../schema.ts';
import { channels } from './channels.ts';
import { conversation } from './conversation.ts';
import { node, nodes } from './node.ts';
import { person } from './person.ts';
import { rateLimit } from './rate-limit.ts';
import { search } from './search.ts';
import { viewer } from './viewer.ts';

export const queries: FieldResolvers = {
  ...{ analytics, channels, conversation, node, nodes, person, rateLimit, search, viewer },
};
