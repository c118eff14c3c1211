import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { SocketDependencies } from './connection.ts';
import type { Operations } from './operations.ts';
import { openProtocol } from './protocol.ts';

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
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: dependencies.limits.frameBytesMax,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  let draining = false;
  const protocol = openProtocol(dependencies, operations);
  return {
    attach: (server, path) => {
      server.on('upgrade', (request, raw, head) => {
        if (draining) return refuse(raw, '503 Service Unavailable');
        if (!accepts(request, path, dependencies.originAllowed)) {
          return refuse(raw, '403 Forbidden');
        }
        wss.handleUpgrade(request, raw, head, (socket) => protocol.accept(socket, request.socket));
      });
    },
    connections: protocol.connections,
    drain: async (withinMs) => {
      draining = true;
      await protocol.drain(withinMs);
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
  raw.on('error', () => undefined); // it may be reset meanwhile: unheard, that ends the process
  raw.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
