import type { Arrivals } from './arrivals.ts';
import type { Device } from './device.ts';
import { markedText, openDevice } from './device.ts';
import type { Somebody } from './people.ts';
import { openDirect } from './people.ts';

/** Two people in a direct conversation, both connected: one speaks, the other hears. */
export type Pair = {
  /** Sends the message with this mark. */
  send(mark: number): void;
  close(): void;
};

/** Opens so many pairs; what the hearing ones hear goes to the arrivals. */
export async function openPairs(
  {
    url,
    people,
    count,
  }: {
    readonly url: string;
    readonly people: readonly Somebody[];
    readonly count: number;
  },
  arrivals: Arrivals,
  answered: (ms: number) => void = () => undefined,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let at = 0; at < count; at += 1) {
    const [one, other] = people.slice(at * 2, at * 2 + 2);
    if (!one || !other) throw new Error('there are too few people for the pairs');
    const conversationId = await openDirect(url, one, other);
    const sentAt: number[] = [];
    const speaking: Device = await openDevice(url, one, {
      heard: { answer: (sent) => answered(performance.now() - (sentAt[sent - 1] ?? 0)) },
    });
    const hearing = await openDevice(url, other, { heard: { message: arrivals.listener() } });
    pairs.push({
      send: (mark) => {
        sentAt.push(performance.now());
        speaking.send(conversationId, markedText(mark));
      },
      close: () => {
        speaking.socket.close();
        hearing.socket.close();
      },
    });
  }
  return pairs;
}

/** The pair whose turn it is. */
export function turnOf(pairs: readonly Pair[], mark: number): Pair {
  const pair = pairs[mark % pairs.length];
  if (!pair) throw new Error('there are no pairs');
  return pair;
}
