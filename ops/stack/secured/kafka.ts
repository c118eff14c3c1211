import { readFileSync } from 'node:fs';
import { kafka, kafkaCommand } from '../kafka.ts';
import type { StackServer } from '../server.ts';
import type { Certificates, Pair } from './certificates.ts';

export type SecuredKafka = {
  readonly certificates: Certificates;
  readonly login: { readonly user: string; readonly password: string };
  readonly ports: {
    readonly tls: number; // with a login, by every mechanism
    readonly expired: number; // the same, but for its certificate
    readonly plain: number; // a login without TLS
  };
};

/** A broker that wants logins, by TLS and without, beside the listener that it knows itself by. */
export function securedKafka({ certificates, login, ports }: SecuredKafka): StackServer {
  const listeners = {
    TLS: { port: ports.tls, protocol: 'SASL_SSL', pair: certificates.good },
    EXPIRED: { port: ports.expired, protocol: 'SASL_SSL', pair: certificates.expired },
    LOGIN: { port: ports.plain, protocol: 'SASL_PLAINTEXT', pair: null },
  } as const;
  const all = Object.entries(listeners);
  const own = (port: number) => `CLIENT://127.0.0.1:${port}`;
  return {
    ...kafka,
    command: (place) => {
      const controller = `CONTROLLER://127.0.0.2:${place.port + 1}`;
      const open = all.map(([name, { port }]) => `${name}://127.0.0.1:${port}`);
      const told = all.map(([name, { port }]) => `${name}://localhost:${port}`);
      const protocols = all.map(([name, { protocol }]) => `${name}:${protocol}`);
      const properties = {
        listeners: [own(place.port), controller, ...open].join(),
        'advertised.listeners': [own(place.port), ...told].join(),
        'listener.security.protocol.map': [
          ...['CLIENT:PLAINTEXT', 'CONTROLLER:PLAINTEXT', ...protocols],
        ].join(),
        ...Object.assign({}, ...all.map(([name, { pair }]) => listenerOf(name, pair, login))),
      };
      const formatWords = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=${login.user},password=${login.password}]`,
      ]);
      return kafkaCommand(place, { properties, formatWords });
    },
  };
}

function listenerOf(
  name: string,
  pair: Pair | null,
  { user, password }: SecuredKafka['login'],
): Readonly<Record<string, string>> {
  const of = `listener.name.${name.toLowerCase()}`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const plain =
    'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
    `user_${user}="${password}";`;
  return {
    [`${of}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512,SCRAM-SHA-256,PLAIN',
    [`${of}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${of}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${of}.plain.sasl.jaas.config`]: plain,
    ...(pair && {
      [`${of}.ssl.keystore.type`]: 'PEM',
      [`${of}.ssl.keystore.certificate.chain`]: inOneLine(pair.certificate),
      [`${of}.ssl.keystore.key`]: inOneLine(pair.key),
    }),
  };
}

/** As a file of properties wants it: each line ends in a backslash and is written `\n` too. */
function inOneLine(file: string): string {
  return readFileSync(file, 'utf8').trim().replaceAll('\n', '\\n');
}
