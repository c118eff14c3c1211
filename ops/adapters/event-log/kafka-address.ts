import type { Written } from '../../misfit.ts';
import { misfitSentence } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';

/** Where the brokers are, and who we are there. */
export type KafkaAddress = Written & {
  readonly brokers: readonly { readonly host: string; readonly port: number }[];
  readonly login: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
    readonly username: string;
    readonly password: string;
  } | null;
  readonly where: string; // for people, without credentials
};

const shape =
  /^(kafkas?):\/\/(?:([^:@/]+):([^@/]*)@)?([^/?@]+)\/?(?:\?mechanism=([a-zA-Z0-9-]+))?$/;
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/**
 * kafka://host:port,host:port, or kafkas:// with TLS; user:password@ before the hosts logs in, by
 * SCRAM-SHA-512 unless ?mechanism= says PLAIN or SCRAM-SHA-256.
 */
export function readKafkaAddress(url: string): KafkaAddress {
  const [, scheme, user, password, hosts, said = 'SCRAM-SHA-512'] = shape.exec(url) ?? [];
  const mechanism = mechanisms.find((one) => one === said.toUpperCase());
  if (hosts === undefined) throw wrong('it wants kafka://host:port, with commas between brokers');
  if (mechanism === undefined) throw wrong(`mechanism is one of ${mechanisms.join(', ')}`);
  const login =
    user === undefined
      ? null
      : { mechanism, username: decode(user), password: decode(password ?? '') };
  const brokers = hosts.split(',').map(brokerOf);
  return {
    ...{ brokers, tls: scheme === 'kafkas', login, where: hosts },
    ...{ server: `The Kafka at ${hosts}`, option: 'PARLEY_EVENT_LOG' },
    ...{ plain: 'kafka://', secure: 'kafkas://' },
  };
}

/** What whoever starts is told of a broker that cannot be used; `said` in the library's words. */
export function unusable(address: KafkaAddress, cause: unknown, said: string): PlainError {
  const sentence = misfitSentence(cause, address);
  if (sentence !== null) return new PlainError(sentence);
  return new PlainError(
    `${address.server} cannot be used (${said}): start it, mend its address and password in ` +
      `${address.option}, or set that to embedded to keep the log in this process.`,
  );
}

function brokerOf(text: string) {
  const [, host, port = '9092'] = /^(\[[0-9a-fA-F:]+\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  if (host === undefined) throw wrong('each broker is host:port');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('characters of a password want %-encoding');
  }
}

function wrong(what: string): PlainError {
  return new PlainError(`PARLEY_EVENT_LOG is wrong: ${what}.`);
}
