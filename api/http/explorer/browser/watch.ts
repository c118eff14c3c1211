import type { ClientOptions, createClient, SubscribePayload } from 'graphql-ws';

/** What the page shows of a subscription: each frame alone would be gone before it is read. */
export type Heard = {
  readonly heard: number;
  readonly newestFirst: readonly unknown[]; // at most framesShownMax
};

export type Observer = {
  next(heard: Heard): void;
  error(error: unknown): void;
  complete(): void;
};

/** As GraphiQL takes it: nothing is opened before somebody subscribes. */
export type Watch = { subscribe(observer: Observer): { unsubscribe(): void } };

export type WatchOptions = {
  readonly createClient: typeof createClient;
  readonly socket: Pick<ClientOptions, 'url' | 'webSocketImpl'>;
  /** For connection_init; asked anew at each attempt. */
  readonly authorization: () => string | undefined;
};

const framesShownMax = 50;
const forbidden = 4403; // LIVE_PROTOCOL.md: only a fresh token helps

/** Listens on a socket of its own and, cut off, comes back with the newest cursor it was given. */
export function watch(options: WatchOptions, payload: SubscribePayload): Watch {
  return {
    subscribe(observer) {
      let cursor: string | undefined;
      let shown: Heard = { heard: 0, newestFirst: [] };
      const client = options.createClient({
        ...options.socket,
        connectionParams: () => ({
          authorization: options.authorization(),
          ...(cursor !== undefined && { cursor }),
        }),
        shouldRetry: (cause) => codeOf(cause) !== forbidden,
      });
      const stop = client.subscribe(payload, {
        next(frame) {
          cursor = cursorOf(frame.data) ?? cursor;
          const newestFirst = [frame, ...shown.newestFirst].slice(0, framesShownMax);
          shown = { heard: shown.heard + 1, newestFirst };
          observer.next(shown);
        },
        error: (cause) => observer.error(new Error(sentenceOf(cause))),
        complete: () => observer.complete(),
      });
      return { unsubscribe: stop };
    },
  };
}

/** The cursor of a Progress, under whatever name the document gave the field. */
function cursorOf(data: unknown): string | undefined {
  const fields = typeof data === 'object' && data !== null ? Object.values(data) : [];
  return fields.find((field) => field?.__typename === 'Progress')?.cursor;
}

function codeOf(cause: unknown): number | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return typeof code === 'number' ? code : undefined;
}

function sentenceOf(cause: unknown): string {
  if (Array.isArray(cause)) return cause.map(({ message }) => message).join(' ');
  const code = codeOf(cause);
  if (code === forbidden) return 'The token is missing, wrong or ran out: run the tab LogIn.';
  if (code !== undefined) return `The socket was closed (${code}): run it again.`;
  return cause instanceof Error ? cause.message : 'The socket cannot be reached: run it again.';
}
