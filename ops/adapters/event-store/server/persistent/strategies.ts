import { crc32 } from 'node:zlib';
import type { Consumer } from './consumer.ts';
import { hasRoom } from './consumer.ts';
import type { Strategy } from './definition.ts';
import type { Message } from './message.ts';

/** Who gets a message; null: it has to wait. `turn` goes up by one with every message sent. */
export type Choose = (
  consumers: readonly Consumer[],
  message: Pick<Message, 'id' | 'about'>,
  turn: number,
) => Consumer | null;

export const chooseBy: Readonly<Record<Strategy, Choose>> = {
  /** The first that came, until it is full. */
  DispatchToSingle: (consumers, message) =>
    consumers.find((consumer) => canTake(consumer, message)) ?? null,
  /** One after the other; who is full is passed over. */
  RoundRobin: (consumers, message, turn) => {
    for (let step = 0; step < consumers.length; step += 1) {
      const consumer = consumers[(turn + step) % consumers.length];
      if (consumer && canTake(consumer, message)) return consumer;
    }
    return null;
  },
  /**
   * A stream's events always to the same one. When somebody comes or goes, only the streams move
   * that it gets or had: the one with the highest hash together with the stream has it.
   */
  Pinned: (consumers, message) => {
    let best: Consumer | null = null;
    let bestHash = -1;
    for (const consumer of consumers) {
      const hash = crc32(message.about, crc32(consumer.id));
      if (hash > bestHash) [best, bestHash] = [consumer, hash];
    }
    return best && canTake(best, message) ? best : null;
  },
};

function canTake(consumer: Consumer, { id }: Pick<Message, 'id'>): boolean {
  return hasRoom(consumer) && !consumer.inFlight.has(id);
}
