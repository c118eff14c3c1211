import { createConnection } from 'node:net';
import { cacheFolder } from './cache-folder.ts';
import { missingDebian, onPath, unpackDebian, unpackedProgram } from './debian.ts';
import type { StackServer } from './server.ts';

const unpacked = () => cacheFolder('redis');

/** Redis 7: the one of this machine, or Debian's, unpacked. What it holds may be forgotten. */
export const redis: StackServer = {
  name: 'redis',
  missing: () => (onPath('redis-server') ? null : missingDebian()),
  fetch: async (tell) => {
    if (onPath('redis-server')) return;
    tell('redis-server from Debian (1.4 MB)');
    unpackDebian(['redis-server'], unpacked());
  },
  command: ({ port, folder }) => ({
    ...(onPath('redis-server')
      ? { program: 'redis-server' }
      : unpackedProgram(unpacked(), 'usr/bin/redis-server')),
    args: [
      ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no'],
    ],
  }),
  isReady: (port) =>
    new Promise((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.setTimeout(1_000, () => socket.destroy());
      socket.once('data', (answer) => {
        resolve(answer.toString().startsWith('+PONG'));
        socket.destroy();
      });
      socket.once('error', () => socket.destroy());
      socket.once('close', () => resolve(false));
    }),
  option: (port) => ({ name: 'PARLEY_CACHE', value: `redis://127.0.0.1:${port}` }),
};
