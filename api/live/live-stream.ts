import type { LiveStream } from './operations.ts';

/**
 * A stream that yields nothing: the gateway writes its frames straight to the socket. It ends when
 * the client completes or the socket goes (`onEnd` runs once), or fails when the gateway gives it
 * up.
 */
export function openLiveStream(onEnd: () => void): {
  readonly stream: LiveStream;
  fail(error: Error): void;
} {
  const ended = Promise.withResolvers<IteratorResult<never, void>>();
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    onEnd();
  };
  const done: IteratorResult<never, void> = { done: true, value: undefined };
  const stream: LiveStream = {
    next: () => ended.promise,
    return: async () => {
      end();
      ended.resolve(done);
      return done;
    },
    throw: async (cause) => {
      end();
      ended.reject(cause);
      return done;
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => {
      end();
      ended.resolve(done);
    },
  };
  return {
    stream,
    fail: (error) => {
      end();
      ended.reject(error);
    },
  };
}
