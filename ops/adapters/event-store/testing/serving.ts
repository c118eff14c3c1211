import { openEngine } from '../engine.ts';
import { serveEventStore } from '../server/serve.ts';

/** A process to be killed: serves the log at the path it is given, at the port it is given. */
const [, , path = '', port = '0'] = process.argv;
const engine = await openEngine({ path });
const server = await serveEventStore(engine, { port: Number(port) });
process.stdout.write(`${server.port}\n`);
