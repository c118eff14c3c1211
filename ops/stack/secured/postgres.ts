import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase } from '../../adapters/tables/embedded.ts';
import { startPostgres } from '../../adapters/tables/postgres-process.ts';
import type { Pair } from './certificates.ts';

/** Logins by password, and over the network only with TLS. */
const rules = `
local all all scram-sha-256
hostssl all all 127.0.0.1/32 scram-sha-256
`;

/** A Postgres of one spec, with the user `parley` and a database of that name. */
export async function openSecuredPostgres(
  pair: Pair,
  { port, password }: { readonly port: number; readonly password: string },
): Promise<AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  mkdirSync(join(folder, 'tls'));
  const [certificate, key] = [join(folder, 'tls/certificate'), join(folder, 'tls/key')];
  copyFileSync(pair.certificate, certificate);
  copyFileSync(pair.key, key); // Postgres uses none that others may read, or that is another's
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
  writeFileSync(join(folder, 'rules'), rules);
  const server = await startPostgres(folder, {
    settings: {
      ...{ listen_addresses: '127.0.0.1', port: `${port}`, hba_file: join(folder, 'rules') },
      ...{ ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key },
    },
  });
  await ensureDatabase({ ...server, port }, 'parley');
  return {
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
