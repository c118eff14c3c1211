import { answersTo } from '../answers.ts';
import { redis } from '../redis.ts';
import type { StackServer } from '../server.ts';
import type { Pair } from './certificates.ts';

export type SecuredRedis = {
  readonly pair: Pair;
  readonly login: { readonly user: string; readonly password: string };
  readonly plainPort: number; // the same logins, without TLS
};

/** A Redis with TLS, on which nobody may do anything without a login, and Parley only its own. */
export function securedRedis({ pair, login, plainPort }: SecuredRedis): StackServer {
  return {
    ...redis,
    command: async (place) => {
      const { args, ...program } = await redis.command({ ...place, port: plainPort });
      const words = [
        ...['--tls-port', `${place.port}`, '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', pair.certificate, '--tls-key-file', pair.key],
        ...['--tls-ca-cert-file', pair.certificate], // it wants one, and asks nobody for theirs
        ...['--user', 'default', 'off'],
        ...['--user', login.user, 'on', `>${login.password}`, ...redisRules],
      ];
      return { ...program, args: [...args, ...words] };
    },
    isReady: () => answersTo(plainPort, 'PING\r\n', (answer) => /NOAUTH/.test(String(answer))),
  };
}

/** All that the driver asks for. */
export const redisRules = [
  ...['~parley:*', '&parley:*', '-@all', '+@connection', '+info'],
  ...['+@read', '+@write', '+@pubsub', '+@transaction', '+eval', '+time', '-@dangerous', '+info'],
];
