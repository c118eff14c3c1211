import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { lineOn } from './line.ts';
import { RpcUnavailable } from './port.ts';
import type { Line, Opening } from './wire.ts';
import { callPath, decode, encode, linePath, messageBytesMax } from './wire.ts';

/** Calls to another process of this machine. It connects when it is first asked, and again. */
export type Rpc = {
  /**
   * Waits for the other process, within the time that a call may take: a restart of it is only a
   * pause. Rejects with RpcUnavailable after that, and with an Error of its words when it refuses.
   */
  call<Answer>(method: string, request: unknown): Promise<Answer>;
  open(method: string, request: unknown): Line;
  [Symbol.dispose](): void;
};

const reconnectMs = { min: 50, max: 1_000 };

export function openRpc(path: string, { deadlineMs = 5_000 } = {}): Rpc {
  const client = new Client(`unix:${path}`, credentials.createInsecure(), {
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
    'grpc.initial_reconnect_backoff_ms': reconnectMs.min,
    'grpc.max_reconnect_backoff_ms': reconnectMs.max,
    'grpc.use_local_subchannel_pool': 1,
  });
  return {
    call: (method, request) =>
      new Promise((resolve, reject) => {
        const opening: Opening = { method, request };
        const options = { deadline: Date.now() + deadlineMs };
        client.makeUnaryRequest(
          ...([callPath, encode, decode, opening, patient(), options] as const),
          (cause, answer) => {
            if (cause) reject(translate(cause));
            else resolve((answer as { readonly value: never }).value);
          },
        );
      }),
    open: (method, request) => {
      const stream = client.makeBidiStreamRequest(linePath, encode, decode, patient());
      const opening: Opening = { method, request };
      stream.write(opening);
      return lineOn(stream, () => stream.cancel());
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** Waits for a connection instead of failing while there is none. */
function patient(): Metadata {
  const metadata = new Metadata();
  metadata.setOptions({ waitForReady: true });
  return metadata;
}

function translate({ code, details }: { readonly code: status; readonly details: string }): Error {
  const away = code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED;
  if (away) return new RpcUnavailable('the process that holds the engines does not answer');
  return new Error(details);
}
