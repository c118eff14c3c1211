import { join } from 'node:path';
import { answersOk } from './answers.ts';
import { programOfDebian } from './debian.ts';
import type { StackServer } from './server.ts';

const configuration = join(import.meta.dirname, '../deploy/haproxy.cfg');

export const balancer = programOfDebian({
  ...{ package: 'haproxy', path: 'usr/sbin/haproxy', megabytes: '2' },
});

/** HAProxy before two API processes (`host:port` each), as ops/deploy/haproxy.cfg has it. */
export function haproxyBefore([first, second]: readonly [string, string]): StackServer {
  return {
    name: 'haproxy',
    missing: balancer.missing,
    fetch: balancer.fetch,
    command: ({ port }) => {
      const { program, environment } = balancer.found();
      const addresses = { PARLEY_API_1: first, PARLEY_API_2: second };
      return {
        program,
        args: ['-f', configuration],
        environment: { ...environment, ...addresses, PARLEY_BIND: `127.0.0.1:${port}` },
      };
    },
    isReady: (port) => answersOk(`http://127.0.0.1:${port}/health/ready`),
    option: (port) => ({ name: 'PARLEY_BIND', value: `127.0.0.1:${port}` }),
  };
}
