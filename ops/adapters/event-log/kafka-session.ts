import type { Batch, KafkaClient, Session } from './kafka-client.ts';
import { EventLogUnavailable } from './port.ts';

/** What a library has of a transactional producer. */
export type Transactions = {
  /** Sends a batch in a transaction that is still open; aborts it where that fails. */
  send(batch: Batch): Promise<{
    readonly last: ReadonlyMap<number, number>; // offset, by partition
    commit(): Promise<unknown>;
  }>;
  readonly isSound: Session['isSound'];
  readonly close: Session['close'];
  readonly kindOf: KafkaClient['kindOf'];
};

/** A session on it: after a lost answer nobody can say whether what was shut out was written. */
export function sessionOn({ send, isSound, close, kindOf }: Transactions): Session {
  return {
    write: async (batch) => {
      const { last, commit } = await send(batch);
      try {
        await commit();
      } catch (cause) {
        if (isSound() || kindOf(cause) !== 'shut-out') throw cause;
        throw new EventLogUnavailable('an answer was lost, then another wrote', { cause });
      }
      return last;
    },
    isSound,
    close,
  };
}
