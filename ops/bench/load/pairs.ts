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

/** An answer: after how long, to which message, and where that is in the log; 0 if refused. */
export type OnAnswer = (ms: number, mark: number, position: number) => void;

/** Opens so many pairs; what the hearing ones hear goes to the arrivals. */
export async function openPairs(
  {
    url,
    hearingUrl = url,
    textOf = markedText,
    people,
    count,
  }: {
    readonly url: string;
    readonly hearingUrl?: string | undefined; // where the hearing ones connect, if elsewhere
    readonly textOf?: ((mark: number) => string) | undefined; // 200 bytes unless told
    readonly people: readonly Somebody[];
    readonly count: number;
  },
  arrivals: Arrivals,
  answered: OnAnswer = () => undefined,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let at = 0; at < count; at += 1) {
    const [one, other] = people.slice(at * 2, at * 2 + 2);
    if (!one || !other) throw new Error('there are too few people for the pairs');
    const conversationId = await openDirect(url, one, other);
    const sentAt: number[] = [];
    const marks: number[] = [];
    const speaking: Device = await openDevice(url, one, {
      heard: {
        answer: (sent, position) => {
          const ms = performance.now() - (sentAt[sent - 1] ?? 0);
          answered(ms, marks[sent - 1] ?? 0, position);
        },
      },
    });
    const heard = { message: arrivals.listener() };
    const hearing = await openDevice(hearingUrl, other, { heard });
    pairs.push({
      send: (mark) => {
        sentAt.push(performance.now());
        marks.push(mark);
        speaking.send(conversationId, textOf(mark));
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
