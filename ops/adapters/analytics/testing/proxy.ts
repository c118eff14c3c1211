import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A network between a driver and its server that can go wrong. */
export type Proxy = {
  readonly port: number;
  /** From now on answers pass, are lost once the server has given them, or never come. */
  lets(answers: 'pass' | 'be lost' | 'the first be lost' | 'hang'): void;
  requests(): number; // so far
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openProxy(to: number): Promise<Proxy> {
  let answers: Parameters<Proxy['lets']>[0] = 'pass';
  let requests = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    }
    near.on('data', (data) => {
      if (/^(POST|GET) /.test(data.subarray(0, 5).toString())) requests += 1;
      if (answers !== 'hang') far.write(data);
    });
    far.on('data', (data) => {
      if (answers === 'pass') near.write(data);
      else near.destroy();
      if (answers === 'the first be lost') answers = 'pass';
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    lets: (next) => {
      answers = next;
    },
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
