import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import type { ParleyEvent } from '../../../domain/recorded.ts';
import { openEmbeddedEventLog } from '../../../ops/adapters/event-log/embedded.ts';
import { systemClock } from '../../../projections/clock.ts';
import { encodeWatermark } from '../../../schemas/records/encode.ts';
import { eventsPartitions, eventsTopic, recordKey } from '../../../schemas/records/topics.ts';
import { recordText, streamOf } from './history.ts';

/** The events topic alone, with somebody who writes as the relay does. */
export type Bed = Awaited<ReturnType<typeof openBed>>;

export async function openBed() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-facts-'));
  const eventLog = openEmbeddedEventLog({ path: join(folder, 'log.db'), now: Date.now });
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  let head = 0n;
  return {
    ...{ eventLog, clock: systemClock, newId: () => v7() },
    /** Behind what is there; answers with the position of the last one. */
    append: async (history: readonly ParleyEvent[]): Promise<bigint> => {
      const moved = history.map((recorded) => {
        head += 10n;
        return { ...recorded, position: head };
      });
      const events = moved.map((recorded) => ({
        key: recordKey(streamOf(recorded)),
        value: recordText(recorded),
      }));
      const watermarks = Array.from({ length: eventsPartitions }, (_, partition) => ({
        ...{ key: '', partition, value: encodeWatermark(head) },
      }));
      await eventLog.append({ topic: eventsTopic, epoch: 1, records: [...events, ...watermarks] });
      return head;
    },
    [Symbol.asyncDispose]: async () => {
      await eventLog[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
