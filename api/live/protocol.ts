import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { sleep } from '../../projections/clock.ts';
import { closeCodes } from './close-codes.ts';
import type { Connection, SocketDependencies } from './connection.ts';
import { openConnection } from './connection.ts';
import { keepWatch } from './keep-watch.ts';
import type { Operations } from './operations.ts';

/** Speaks graphql-transport-ws with every socket that is handed to it, wherever it comes from. */
export type Protocol = {
  accept(socket: WebSocket, raw: Duplex): void;
  connections(): number;
  /**
   * Closes every socket with the code that means "come back", a part at a time, within the bound.
   */
  drain(withinMs: number): Promise<void>;
};

export function openProtocol(dependencies: SocketDependencies, operations: Operations): Protocol {
  const { limits, counts, log, clock } = dependencies;
  const connections = new Set<Connection>();
  const watch = keepWatch(connections, dependencies);
  const initWaits = new WeakMap<Connection, () => void>();
  const protocol = makeServer({
    connectionInitWaitTimeout: 0, // ours, below: on a clock that is handed in
    onConnect: ({ extra, connectionParams }) => {
      initWaits.get(extra)?.();
      return extra.connect(connectionParams);
    },
    onSubscribe: ({ extra }, id, payload) => operations.prepare(extra, id, payload),
    subscribe: (args) => operations.subscribe(args),
    execute: (args) => operations.execute(args),
  } as Parameters<typeof makeServer<Record<string, unknown>, Connection>>[0]);

  const accept = (socket: WebSocket, raw: Duplex): void => {
    const connection = openConnection(socket, raw, dependencies);
    connections.add(connection);
    const waitNoMore = clock.setTimer(limits.initWithinMs, () =>
      socket.close(closeCodes.initTooLate, 'Connection initialisation timeout'),
    );
    initWaits.set(connection, waitNoMore);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: async (text) => connection.outbox.control(text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            if (!connection.heard()) return;
            Promise.resolve(take(String(data))).catch((cause: unknown) => {
              if (isOnlyForServers(cause)) {
                return socket.close(closeCodes.invalidMessage, 'Invalid message received');
              }
              log.error({ cause: nameOf(cause) }, 'a socket message failed');
              socket.close(closeCodes.resumeLater, 'Something broke on our side, resume later');
            });
          }),
      },
      connection,
    );
    socket.on('ping', () => connection.heard());
    socket.on('pong', () => connection.heard());
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      waitNoMore();
      connections.delete(connection);
      counts.closes.set(code, (counts.closes.get(code) ?? 0) + 1);
      connection.close();
      void closed(code, String(reason));
    });
  };

  return {
    accept,
    connections: () => connections.size,
    drain: async (withinMs) => {
      watch[Symbol.dispose]();
      await closeAll([...connections], (ms) => sleep(clock, ms), withinMs);
    },
  };
}

/** Spread over the time, so that the devices do not all come back in the same moment. */
async function closeAll(
  connections: readonly Connection[],
  pause: (ms: number) => Promise<void>,
  withinMs: number,
): Promise<void> {
  const steps = 10;
  const perStep = Math.max(1, Math.ceil(connections.length / steps));
  for (let from = 0; from < connections.length; from += perStep) {
    for (const { socket } of connections.slice(from, from + perStep)) {
      socket.close(closeCodes.restart, 'Restarting, come back with your cursor');
    }
    if (from + perStep < connections.length) await pause(withinMs / steps);
  }
  await pause(Math.min(50, withinMs));
  for (const { socket } of connections) socket.terminate();
}

/** A message that the protocol knows, by the wrong side: graphql-ws throws instead of closing. */
function isOnlyForServers(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('Unexpected message of type ');
}

function nameOf(cause: unknown): string {
  return cause instanceof GraphQLError
    ? 'GraphQLError'
    : cause instanceof Error
      ? cause.name
      : 'unknown';
}
