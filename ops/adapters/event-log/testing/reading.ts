import { randomUUID } from 'node:crypto';
import type { Consume, EventLog, LogBatch, LogRecord, TopicOptions } from '../port.ts';

/** A topic of its own for a test. */
export async function topicOf(
  log: EventLog,
  {
    partitions,
    retentionMs = 'for-ever',
  }: Partial<TopicOptions> & Pick<TopicOptions, 'partitions'>,
): Promise<string> {
  const topic = `topic-${randomUUID()}`;
  await log.ensureTopic(topic, { partitions, retentionMs });
  return topic;
}

/** Consumes until `more` says no, or half a minute has passed. */
export async function take(
  log: EventLog,
  options: Partial<Consume> & Pick<Consume, 'topic'>,
  more: (batch: LogBatch) => boolean | Promise<boolean>,
): Promise<void> {
  const request: Consume = {
    ...{ group: `group-${randomUUID()}`, from: 'start', recordsMax: 1_000 },
    signal: AbortSignal.timeout(30_000),
    ...options,
  };
  for await (const batch of log.consume(request)) {
    if (!(await more(batch))) return;
  }
  throw new Error('what was waited for did not come');
}

/** Everything up to the first record with this value, as a group of its own finds it. */
export async function readAll(
  log: EventLog,
  topic: string,
  last: string,
): Promise<readonly LogRecord[]> {
  return openReader(log, topic).until((all) => all.some(({ value }) => value === last));
}

export function openReader(log: EventLog, topic: string) {
  const found: LogRecord[] = [];
  return {
    until: async (
      enough: (all: readonly LogRecord[]) => boolean,
    ): Promise<readonly LogRecord[]> => {
      await take(log, { topic }, (batch) => {
        found.push(...batch.records);
        return !enough(found);
      });
      return found;
    },
  };
}
