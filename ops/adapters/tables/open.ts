import { rmSync, symlinkSync } from 'node:fs';
import { openEmbeddedPostgres } from './embedded.ts';
import type { PostgresTables } from './postgres.ts';
import { openPostgres } from './postgres.ts';
import { databaseUser } from './postgres-process.ts';

export type TablesConfig =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** With the address at which another process of this machine reaches the same tables. */
export type OpenedTables = PostgresTables & {
  /** `link`: where a lasting link to the socket's folder may stand, which changes at each start. */
  address(link: string): string;
};

const limits = { poolMax: 16, statementTimeoutMs: 60_000 };

/** Chooses the driver. */
export async function openTables(config: TablesConfig): Promise<OpenedTables> {
  if (config.kind === 'postgres') {
    const { url } = config;
    return { ...openPostgres({ connection: { url }, ...limits }), address: () => url };
  }
  const { server, database, ...tables } = await openEmbeddedPostgres({
    ...{ folder: config.folder, ...limits },
  });
  return {
    ...tables,
    address: (link) => {
      rmSync(link, { force: true });
      symlinkSync(server.socketFolder, link);
      const [host, password] = [link, server.password].map(encodeURIComponent);
      return `postgres://${databaseUser}:${password}@/${database}?host=${host}`;
    },
  };
}
