import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { missingDebian, onPath, unpackDebian, unpackedProgram } from './debian.ts';
import type { StackServer } from './server.ts';

const unpacked = () => cacheFolder('haproxy');
const configuration = join(import.meta.dirname, '../deploy/haproxy.cfg');

/** HAProxy before two API processes (`host:port` each), as ops/deploy/haproxy.cfg has it. */
export function haproxyBefore([first, second]: readonly [string, string]): StackServer {
  return {
    name: 'haproxy',
    missing: () => (onPath('haproxy') ? null : missingDebian()),
    fetch: async (tell) => {
      if (onPath('haproxy')) return;
      tell('haproxy from Debian (2 MB, and libraries that this machine lacks)');
      unpackDebian(['haproxy'], unpacked());
    },
    command: ({ port }) => {
      const { program, environment } = onPath('haproxy')
        ? { program: 'haproxy', environment: {} }
        : unpackedProgram(unpacked(), 'usr/sbin/haproxy');
      const addresses = { PARLEY_API_1: first, PARLEY_API_2: second };
      return {
        program,
        args: ['-f', configuration],
        environment: { ...environment, ...addresses, PARLEY_BIND: `127.0.0.1:${port}` },
      };
    },
    isReady: (port) =>
      fetch(`http://127.0.0.1:${port}/health/ready`, {
        signal: AbortSignal.timeout(1_000),
      }).then(
        ({ ok }) => ok,
        () => false,
      ),
    option: (port) => ({ name: 'PARLEY_BIND', value: `127.0.0.1:${port}` }),
  };
}
