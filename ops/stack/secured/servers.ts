import { freePort } from '../../free-port.ts';
import { clickhouse } from '../clickhouse.ts';
import { elasticsearch } from '../elasticsearch.ts';
import { eventStore } from '../event-store.ts';
import { minio } from '../minio.ts';
import type { StackServer } from '../server.ts';
import { openTestServer } from '../testing.ts';
import type { Certificates } from './certificates.ts';
import { frontBefore } from './front.ts';
import { securedKafka } from './kafka.ts';
import { openSecuredPostgres } from './postgres.ts';
import { securedRedis } from './redis.ts';

export const login = { user: 'parley', password: 'hunter2' };
export const otherPassword = 'swordfish';

/** Where a server is reached, in ways that are right and wrong. */
export type Reached = AsyncDisposable & {
  /** In the form of its option. */
  address(to: To): string;
  readonly ports: { readonly tls: number; readonly expired: number; readonly plain: number };
  readonly password: string;
};
export type To = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly password: string;
};

type Addressed = { readonly scheme: string; readonly secure: string; readonly user: string };

export async function reachedKafka(certificates: Certificates): Promise<Reached> {
  const [tls, expired, plain] = await threePorts();
  const ports = { tls, expired, plain };
  const server = await openTestServer(securedKafka({ certificates, login, ports }));
  return reached(server, { ports, ...byScheme({ scheme: 'kafka', secure: 'kafkas' }) });
}

export async function reachedRedis({ good, expired: late }: Certificates): Promise<Reached> {
  await using opened = new AsyncDisposableStack();
  const [plain, other] = await threePorts();
  const server = opened.use(
    await openTestServer(securedRedis({ pair: good, login, plainPort: plain })),
  );
  const second = opened.use(
    await openTestServer(securedRedis({ pair: late, login, plainPort: other })),
  );
  const ports = { tls: server.port, expired: second.port, plain };
  return reached(opened.move(), { ports, ...byScheme({ scheme: 'redis', secure: 'rediss' }) });
}

export async function reachedPostgres({ good, expired: late }: Certificates): Promise<Reached> {
  await using opened = new AsyncDisposableStack();
  const { password } = login;
  const [tls, expired] = await threePorts();
  opened.use(await openSecuredPostgres(good, { port: tls, password }));
  opened.use(await openSecuredPostgres(late, { port: expired, password }));
  const plain = tls; // it has one port for both
  return reached(opened.move(), {
    ports: { tls, expired, plain },
    address: ({ host, port, tls: secure, password: said }) =>
      `postgres://parley:${said}@${host}:${port}/parley${secure ? '?sslmode=verify-full' : ''}`,
  });
}

export function reachedElasticsearch(certificates: Certificates): Promise<Reached> {
  const written = byScheme({ scheme: 'http', secure: 'https' });
  return behindFront(elasticsearch, { certificates, login, written });
}

export function reachedClickHouse(certificates: Certificates): Promise<Reached> {
  const own = new URL(clickhouse.option(1).value);
  const { username: user, password, pathname } = own;
  const { address } = byScheme({ scheme: 'http', secure: 'https', user });
  const written = { address: (to: To) => address(to) + pathname, password };
  return behindFront(clickhouse, { certificates, login: { user, password }, written });
}

export function reachedS3(certificates: Certificates): Promise<Reached> {
  const { username: user, password, pathname } = new URL(minio.option(1).value);
  const { address } = byScheme({ scheme: 's3', secure: 's3s', user });
  const written = { address: (to: To) => address(to) + pathname, password };
  return behindFront(minio, { certificates, login: null, written });
}

export function reachedEventStore(certificates: Certificates): Promise<Reached> {
  const address = ({ host, port, tls, password }: To) =>
    `esdb://parley:${password}@${host}:${port}?tls=${tls}`;
  return behindFront(eventStore, {
    ...{ certificates, login, written: { address }, protocol: 'h2' },
  });
}

type Written = Pick<Reached, 'address'> & Partial<Pick<Reached, 'password'>>;

async function behindFront(
  server: StackServer,
  how: {
    readonly certificates: Certificates;
    readonly login: { readonly user: string; readonly password: string } | null;
    readonly written: Written;
    readonly protocol?: 'h2';
  },
): Promise<Reached> {
  const { certificates, written, protocol = 'h1' } = how;
  await using opened = new AsyncDisposableStack();
  const { port: plain } = opened.use(await openTestServer(server));
  const expired = await freePort();
  const behind = { port: plain, protocol } as const;
  const front = opened.use(
    await openTestServer(
      frontBefore({ certificates, login: how.login, expiredPort: expired, behind }),
    ),
  );
  return reached(opened.move(), { ports: { tls: front.port, expired, plain }, ...written });
}

function reached(
  opened: AsyncDisposable,
  { address, ports, password = login.password }: Written & Pick<Reached, 'ports'>,
): Reached {
  return {
    ...{ address, ports, password },
    [Symbol.asyncDispose]: async () => opened[Symbol.asyncDispose](),
  };
}

function byScheme(of: Omit<Addressed, 'user'> & Partial<Addressed>): Pick<Reached, 'address'> {
  const { scheme, secure, user = login.user } = of;
  return {
    address: ({ host, port, tls, password }) =>
      `${tls ? secure : scheme}://${user}:${password}@${host}:${port}`,
  };
}

async function threePorts(): Promise<readonly [number, number, number]> {
  return [await freePort(), await freePort(), await freePort()];
}
