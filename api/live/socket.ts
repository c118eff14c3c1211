import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { closeCodes } from './close-codes.ts';
import type { Connection, SocketDependencies } from './connection.ts';
import { openConnection } from './connection.ts';
import { keepWatch } from './keep-watch.ts';
import type { Operations } from './operations.ts';

export type SocketServer = {
  /** Takes upgrades of this HTTP server at the path. */
  attach(server: Server, path: string): void;
  connections(): number;
  /**
   * Closes every socket with the code that means "come back", a part at a time, within the bound.
   * From its first moment on nobody is let in any more: who comes back would keep us from stopping.
   */
  drain(withinMs: number): Promise<void>;
};

/**
 * The socket: graphql-transport-ws by graphql-ws's own server on `ws`, with a size limit for
 * frames, no compression, an allow-list of origins, and close codes after which standard clients
 * come back by themselves (schemas/LIVE_PROTOCOL.md).
 */
export function openSocketServer(
  dependencies: SocketDependencies,
  operations: Operations,
): SocketServer {
  const { limits, log } = dependencies;
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytesMax,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const connections = new Set<Connection>();
  let draining = false;
  const watch = keepWatch(connections, dependencies);
  const protocol = makeServer({
    connectionInitWaitTimeout: limits.initWithinMs,
    onConnect: ({ extra, connectionParams }) => extra.connect(connectionParams),
    onSubscribe: ({ extra }, id, payload) => operations.prepare(extra, id, payload),
    subscribe: (args) => operations.subscribe(args),
    execute: (args) => operations.execute(args),
  } as Parameters<typeof makeServer<Record<string, unknown>, Connection>>[0]);

  wss.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const connection = openConnection(socket, request.socket, dependencies);
    connections.add(connection);
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
      connections.delete(connection);
      connection.close();
      void closed(code, String(reason));
    });
  });

  return {
    attach: (server, path) => {
      server.on('upgrade', (request, raw, head) => {
        if (draining) return refuse(raw, '503 Service Unavailable');
        if (!accepts(request, path, dependencies.originAllowed)) {
          return refuse(raw, '403 Forbidden');
        }
        wss.handleUpgrade(request, raw, head, (socket) => wss.emit('connection', socket, request));
      });
    },
    connections: () => connections.size,
    drain: async (withinMs) => {
      draining = true;
      watch[Symbol.dispose]();
      await closeAll([...connections], withinMs);
      wss.close();
    },
  };
}

function accepts(
  request: IncomingMessage,
  path: string,
  originAllowed: (origin: string, host: string | undefined) => boolean,
): boolean {
  const { origin, host } = request.headers;
  if (!URL.canParse(request.url ?? '/', 'http://local')) return false;
  if (new URL(request.url ?? '/', 'http://local').pathname !== path) return false;
  return origin === undefined || originAllowed(origin, host);
}

function refuse(raw: Duplex, status: string): void {
  raw.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Spread over the time, so that the devices do not all come back in the same moment. */
async function closeAll(connections: readonly Connection[], withinMs: number): Promise<void> {
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A message that the protocol knows, sent by the wrong side: graphql-ws throws instead of closing. */
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
