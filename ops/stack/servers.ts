import { clickhouse } from './clickhouse.ts';
import { elasticsearch } from './elasticsearch.ts';
import { eventStore } from './event-store.ts';
import { kafka } from './kafka.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { seaweedfs } from './seaweedfs.ts';
import type { StackServer } from './server.ts';

/** Every server that the stack has, in the order in which they start. */
export const servers: readonly StackServer[] = [
  ...[eventStore, postgres, kafka, redis, elasticsearch, clickhouse, seaweedfs],
];
