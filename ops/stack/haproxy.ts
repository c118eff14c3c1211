import { join } from 'node:path';
import { PlainError } from '../plain-error.ts';
import { answersOk, answersTo } from './answers.ts';
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

/**
 * HAProxy for people: on the port where `npm run demo` looks for the platform, before two API
 * processes of this machine, which may be started later. Throws a PlainError unless it is told of
 * two ports.
 */
export function balancerBefore(gateways: string): StackServer {
  const ports = gateways.split(',').map((text) => text.trim());
  const [first = '', second = ''] = ports;
  if (ports.length !== 2 || !ports.every((text) => /^[1-9]\d{0,4}$/.test(text))) {
    throw new PlainError(`--gateways takes two ports, as in 4001,4002: not ${gateways}.`);
  }
  return {
    ...haproxyBefore([`127.0.0.1:${first}`, `127.0.0.1:${second}`]),
    port: 4000,
    isReady: (port) =>
      answersTo(port, 'GET /health/ready HTTP/1.0\r\n\r\n', (answer) =>
        answer.toString('latin1').startsWith('HTTP/1'),
      ),
    option: () => ({ name: 'PARLEY_TRUSTED_PROXIES', value: '127.0.0.1' }),
  };
}
