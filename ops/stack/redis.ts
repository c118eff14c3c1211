import { answersTo } from './answers.ts';
import { programOfDebian } from './debian.ts';
import type { StackServer } from './server.ts';

const program = programOfDebian({
  ...{ package: 'redis-server', path: 'usr/bin/redis-server', megabytes: '1.4' },
});

/** Redis 7: the one of this machine, or Debian's, unpacked. What it holds may be forgotten. */
export const redis: StackServer = {
  name: 'redis',
  missing: program.missing,
  fetch: program.fetch,
  command: ({ port, folder }) => ({
    ...program.found(),
    args: [
      ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no'],
    ],
  }),
  isReady: (port) => answersTo(port, 'PING\r\n', (answer) => answer.toString().startsWith('+PONG')),
  option: (port) => ({ name: 'PARLEY_CACHE', value: `redis://127.0.0.1:${port}` }),
};
