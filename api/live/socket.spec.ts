import { createServer } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { SocketDependencies } from './connection.ts';
import type { Operations } from './operations.ts';
import { openSocketServer } from './socket.ts';

const dependencies = {
  limits: { frameBytesMax: 1_000 },
  originAllowed: () => false,
  clock: { setTimer: () => () => undefined },
} as unknown as SocketDependencies;

/** Asks for a socket; answers with the connection, as the server has it. */
function upgrade(headers: object, path = '/graphql') {
  const server = createServer();
  const sockets = openSocketServer(dependencies, {} as Operations);
  sockets.attach(server, '/graphql');
  const raw = new PassThrough();
  server.emit('upgrade', { url: path, headers }, raw, Buffer.alloc(0));
  return raw;
}

describe('a connection that is refused a socket', () => {
  it.each([
    ['for another path', {}, '/elsewhere'],
    ['for a strange origin', { origin: 'https://elsewhere.example' }, '/graphql'],
  ])('is told so %s, and may be reset before it hears it', (_, headers, path) => {
    const raw = upgrade(headers, path);
    expect(String(raw.read())).toMatch(/^HTTP\/1\.1 403 Forbidden/);
    expect(raw.emit('error', new Error('read ECONNRESET'))).toBe(true);
  });
});
