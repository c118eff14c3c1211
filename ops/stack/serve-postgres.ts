import { writeFileSync } from 'node:fs';
import { ensureDatabase } from '../adapters/tables/embedded.ts';
import { layOut } from '../adapters/tables/postgres-files.ts';
import { startPostgres } from '../adapters/tables/postgres-process.ts';
import { untilStopped } from '../until-stopped.ts';

/** A Postgres on a port of loopback; what it holds lies in the folder that it is started in. */
const [port = ''] = process.argv.slice(2);
const folder = process.cwd();
const { passwordFile, isNew } = layOut(folder);
if (isNew) writeFileSync(passwordFile, 'parley', { mode: 0o600 });
const stopped = untilStopped();
const server = await startPostgres(folder, { settings: { listen_addresses: '127.0.0.1', port } });
await ensureDatabase({ ...server, port: Number(port) }, 'parley');
await Promise.race([stopped, server.exited]);
await server.stop();
