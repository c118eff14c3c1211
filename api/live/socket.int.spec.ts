import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { ada } from '../../domain/testing/people.ts';
import { systemClock } from '../../projections/clock.ts';
import { socketLimits } from '../limits.ts';
import { closeCodes } from './close-codes.ts';
import { openSeats } from './connection.ts';
import { openLiveCounts } from './counts.ts';
import type { Operations } from './operations.ts';
import type { SocketServer } from './socket.ts';
import { openSocketServer } from './socket.ts';

describe('a socket server', () => {
  let http = createServer();
  let sockets: SocketServer;
  let url = '';
  beforeEach(async () => {
    http = createServer();
    sockets = openSocketServer(
      {
        limits: { ...socketLimits, framesPerSecond: 100, framesBurst: 100 },
        ...{ now: Date.now, clock: systemClock },
        counts: openLiveCounts(),
        ...{ seats: openSeats(10), log: { error: () => undefined } },
        authenticate: async () => ({ kind: 'viewer', userId: ada, expiresAtMs: Number.MAX_VALUE }),
        originAllowed: () => true,
      },
      {} as Operations, // nobody gets as far as an operation
    );
    sockets.attach(http, '/graphql');
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
  });
  afterEach(() => new Promise<void>((resolve) => void http.close(() => resolve())));

  const connect = (): WebSocket => new WebSocket(url, 'graphql-transport-ws');
  const pingOften = (device: WebSocket) => {
    for (let count = 0; count < 50; count += 1) device.ping();
  };
  const closeCode = async (socket: WebSocket): Promise<number> => (await once(socket, 'close'))[0];

  it('that stops sends everybody away with the code that brings them back', async () => {
    const devices = [connect(), connect(), connect()];
    await Promise.all(devices.map((device) => once(device, 'open')));
    const codes = devices.map(closeCode);
    await sockets.drain(10);
    expect(await Promise.all(codes)).toEqual(devices.map(() => closeCodes.restart));
    await vi.waitFor(() => expect(sockets.connections()).toBe(0), 20_000);
  });

  it('counts the pings below the protocol like every other frame', async () => {
    const device = connect();
    await once(device, 'open');
    const code = closeCode(device);
    let pongs = 0;
    device.on('pong', () => {
      pongs += 1;
      if (pongs % 50 === 0) pingOften(device); // a hundred at once ws itself cuts off
    });
    pingOften(device);
    expect(await code).toBe(closeCodes.resumeLater);
  });

  it('closes with 4400 on a message that only servers send', async () => {
    const device = connect();
    await once(device, 'open');
    device.send('{"type":"connection_init"}');
    await once(device, 'message');
    device.send('{"type":"connection_ack"}');
    expect(await closeCode(device)).toBe(4400);
  });

  it('that stops lets nobody in from its first moment on, so that it can end', async () => {
    const first = connect();
    await once(first, 'open');
    const drained = sockets.drain(10);
    const late = connect();
    await expect(once(late, 'open')).rejects.toThrow('503');
    await drained;
    expect(sockets.connections()).toBe(0);
  });
});
