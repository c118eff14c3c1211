import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaClient, Membership } from './kafka-client.ts';
import { retryDelayMs } from './kafka-client.ts';
import { openIntake } from './kafka-intake.ts';
import { rememberIn } from './kafka-lost.ts';
import type { Consume, LogBatch } from './port.ts';

/**
 * One member of a group, until the signal. A membership that is lost, be it that the broker is
 * away, is sought again: what was not committed is read again then, as after a rebalance; and all
 * of a partition whose log is not the one that was read before.
 */
export async function* consumeFrom(
  client: KafkaClient,
  request: Consume,
): AsyncGenerator<LogBatch> {
  const { topic, group, from, recordsMax, signal } = request;
  const { note, startAt } = rememberIn(client, request);
  for (let failures = 0; !signal.aborted; ) {
    const intake = openIntake(recordsMax);
    const wake = (): void => intake.bell.ring();
    signal.addEventListener('abort', wake);
    let membership: Membership | null = null;
    try {
      membership = await client.join({ topic, group, from, startAt, intake });
      for (const { commit } = membership; !signal.aborted && intake.failure() === null; ) {
        const rung = intake.bell.rung();
        const generation = intake.generation();
        const records = intake.take(recordsMax);
        if (records.length === 0) {
          await rung;
          continue;
        }
        failures = 0;
        note(records);
        const next = new Map(records.map(({ partition, offset }) => [partition, offset + 1]));
        yield {
          records,
          commit: async () => {
            if (generation === intake.generation()) await commit(next);
          },
        };
      }
      const failure = intake.failure();
      if (failure !== null && !signal.aborted) throw failure.cause;
    } catch (cause) {
      if (client.kindOf(cause) === 'refused') throw cause;
    } finally {
      signal.removeEventListener('abort', wake);
      await membership?.leave().catch(() => undefined);
    }
    failures += 1;
    await pause(retryDelayMs(failures), undefined, { signal }).catch(() => undefined);
  }
}
