import { clickhouse } from './clickhouse.ts';
import { elasticsearch } from './elasticsearch.ts';
import { eventStore } from './event-store.ts';
import { kafka } from './kafka.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import type { StackServer } from './server.ts';
import type { TestServer } from './testing.ts';
import { lackOf, openTestServer } from './testing.ts';

/** Every server on which the platform is tried as a whole; nothing is stored in an S3 yet. */
export const everyServer = {
  ...{ 'event-store': eventStore, postgres, kafka, redis, elasticsearch, clickhouse },
} as const;

export type ServerName = keyof typeof everyServer;

/** All of them, each of which may be ended and started again. */
export type EveryServer = AsyncDisposable & {
  readonly all: ReadonlyMap<ServerName, TestServer>;
  /** Of the platform, by which it finds them. */
  readonly options: Readonly<Record<string, string>>;
};

/** Why this machine cannot have them all, and these too; null when it can. */
export function lackOfServers(...more: readonly StackServer[]): string | null {
  const lacks = [...Object.values(everyServer), ...more].map(lackOf);
  return lacks.filter((lack) => lack !== null).join('; ') || null;
}

/** Starts all of them at once, as some take long; tells of each that answers. */
export async function openEveryServer(
  tell: (what: string) => void = () => undefined,
): Promise<EveryServer> {
  await using opened = new AsyncDisposableStack();
  const all = new Map<ServerName, TestServer>();
  const started = (Object.keys(everyServer) as ServerName[]).map(async (name) => {
    all.set(name, opened.use(await openTestServer(everyServer[name])));
    tell(`${name} answers`);
  });
  const failed = (await Promise.allSettled(started)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  const options = [...all.values()].map(({ option }) => [option.name, option.value]);
  const kept = opened.move();
  return {
    ...{ all, options: Object.fromEntries(options) },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
