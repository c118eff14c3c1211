import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Link } from './link.ts';
import { openLink } from './link.ts';

describe('a link between two programs', () => {
  const opened = { all: new AsyncDisposableStack() };
  afterEach(async () => {
    await opened.all.disposeAsync();
    opened.all = new AsyncDisposableStack();
  });

  it('brings all there is in order, however unevenly late it is', async () => {
    const { link, client } = await connected();
    link.set({ jitterMs: 5, stalls: { share: 0.3, againAfterMs: 10 }, bytesPerSecond: 1_000_000 });
    const said = Array.from({ length: 50 }, (_, n) => `${n} `);
    for (const word of said) client.socket.write(word);
    await expect.poll(client.heard).toBe(said.join('').toUpperCase());
  });

  it('brings later what it held, one way or both', async () => {
    const { link, client, server } = await connected();
    link.set({ holds: true }, ['back']);
    client.socket.write('a');
    await expect.poll(server.heard).toBe('a');
    expect(client.heard()).toBe('');
    link.set({});
    await expect.poll(client.heard).toBe('A');
  });

  it('loses what is under way when it is reset', async () => {
    const { link, client, server } = await connected();
    link.set({ holds: true }, ['back']);
    client.socket.write('a');
    await expect.poll(server.heard).toBe('a');
    link.reset();
    await expect.poll(() => client.socket.destroyed).toBe(true);
    link.set({});
    expect(client.heard()).toBe('');
  });

  it('turns away who comes while it refuses, and lets in who comes after that', async () => {
    const { link } = await connected();
    link.set({ refuses: true });
    const refused = await open(link.port);
    await expect.poll(() => refused.socket.destroyed).toBe(true);
    link.set({});
    const other = await open(link.port);
    other.socket.write('b');
    await expect.poll(other.heard).toBe('B');
  });

  it('tells neither end of a cut wire that the other has gone', async () => {
    const { link, client, server } = await connected();
    client.socket.write('a');
    await expect.poll(client.heard).toBe('A');
    const left = link.strand();
    client.socket.destroy();
    const other = await open(link.port);
    other.socket.write('b');
    await expect.poll(other.heard).toBe('B'); // who comes anew is let through
    expect(left()).toBe(1);
    server.sockets[0]?.destroy();
    await expect.poll(left).toBe(0);
  });

  /** Somebody who shouts back, and one who has come to them through a link. */
  async function connected() {
    const sockets: Socket[] = [];
    let heard = '';
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        heard += String(piece);
        socket.write(String(piece).toUpperCase());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.all.defer(() => void server.close());
    const link: Link = opened.all.use(await openLink((server.address() as AddressInfo).port));
    return { link, client: await open(link.port), server: { sockets, heard: () => heard } };
  }

  async function open(port: number) {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      heard += String(piece);
    });
    await new Promise((resolve) => socket.once('connect', resolve));
    opened.all.defer(() => void socket.destroy());
    return { socket, heard: () => heard };
  }
});
