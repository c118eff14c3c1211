import { openEmbeddedPostgres } from './embedded.ts';
import type { Tables } from './port.ts';
import { openPostgres } from './postgres.ts';

export type TablesConfig =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string };

const limits = { poolMax: 16, statementTimeoutMs: 60_000 };

/** Chooses the driver. */
export async function openTables(config: TablesConfig): Promise<Tables> {
  if (config.kind === 'embedded') return openEmbeddedPostgres({ folder: config.folder, ...limits });
  return openPostgres({ connection: { url: config.url }, ...limits });
}
