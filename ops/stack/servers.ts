import { eventStore } from './event-store.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import type { StackServer } from './server.ts';

/** Every server that the stack has, in the order in which they start. */
export const servers: readonly StackServer[] = [eventStore, postgres, redis];
