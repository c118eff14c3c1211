import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { balancer } from '../haproxy.ts';
import type { StackServer } from '../server.ts';
import type { Certificates } from './certificates.ts';

export type Front = {
  readonly certificates: Certificates;
  readonly login: { readonly user: string; readonly password: string } | null; // who is let in
  readonly expiredPort: number; // where the certificate has expired
  readonly behind: { readonly port: number; readonly protocol: 'h1' | 'h2' };
};

/** An HAProxy that ends TLS, and may want a login, before a server that does not. */
export function frontBefore({ certificates, login, expiredPort, behind }: Front): StackServer {
  const { good, expired } = certificates;
  const configuration = (port: number) => `
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
${login === null ? '' : `userlist known\n  user ${login.user} insecure-password ${login.password}`}
frontend front
  bind 127.0.0.1:${port} ssl crt ${good.both} alpn h2,http/1.1
  bind 127.0.0.1:${expiredPort} ssl crt ${expired.both} alpn h2,http/1.1
  ${login === null ? '' : 'http-request deny deny_status 401 unless { http_auth(known) }'}
  default_backend behind
backend behind
  server behind 127.0.0.1:${behind.port} ${behind.protocol === 'h2' ? 'proto h2' : ''}
`;
  return {
    name: 'haproxy',
    missing: balancer.missing,
    fetch: balancer.fetch,
    command: ({ port, folder }) => {
      const file = join(folder, 'front.cfg');
      writeFileSync(file, configuration(port));
      const { program, environment } = balancer.found();
      return { program, environment, args: ['-f', file] };
    },
    isReady: endsTls,
    option: (port) => ({ name: 'the front', value: `https://localhost:${port}` }),
  };
}

function endsTls(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.once('secureConnect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
