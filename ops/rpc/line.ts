import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import type { Line } from './wire.ts';

/** What both ends of a gRPC stream have in common. */
type Stream = EventEmitter &
  AsyncIterable<unknown> & {
    write(message: unknown): boolean;
    readonly writableLength: number; // in messages: these streams count objects
  };

/** A gRPC stream as a line. `end` hangs up as its side does. */
export function lineOn(stream: Stream, end: () => void): Line {
  const over = new AbortController();
  const finish = (): void => over.abort('over'); // with a reason: without one Node makes an error
  for (const event of ['error', 'end', 'close', 'cancelled']) stream.on(event, finish);
  const incoming = stream[Symbol.asyncIterator]();
  return {
    send: async (message) => {
      if (over.signal.aborted) return;
      if (!stream.write(message)) {
        await once(stream, 'drain', { signal: over.signal }).catch(() => undefined);
      }
    },
    receive: async () => {
      const next = await incoming.next().catch(() => null);
      if (next && !next.done) return next.value;
      finish();
      return undefined;
    },
    waiting: () => stream.writableLength,
    over: over.signal,
    end: () => {
      finish();
      end();
    },
  };
}
