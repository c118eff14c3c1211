import { parseArgs } from 'node:util';
import { PlainError } from '../../../plain-error.ts';
import { openEngine } from './engine.ts';
import { readEngineFile, writeEngineFile } from './files.ts';
import { serveEngine } from './server.ts';

const help = `node ops/launch.cjs ops/adapters/analytics/engine/main.ts FOLDER [FLAG ...]

Runs the engine of ClickHouse (the one in chdb) on FOLDER and serves it over ClickHouse's HTTP
protocol on loopback, as FOLDER/engine.json says. It says "ready PORT" when it answers.

  --with-parent   ends when standard input does: whoever started it is gone then
  --any-port      takes another port when that of engine.json is taken`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'with-parent': { type: 'boolean' },
    'any-port': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const [folder] = positionals;
if (values.help || folder === undefined) console.log(help);
else await run(folder);

async function run(on: string): Promise<void> {
  const wanted = readEngineFile(on);
  if (wanted === null) throw new PlainError(`${on} has no engine.json: start it by its owner.`);
  const engine = await openEngine(on);
  const server = await serveEngine(engine, wanted, { orAny: values['any-port'] === true });
  writeEngineFile(on, { ...wanted, port: server.port });
  console.log(`ready ${server.port}`);
  const end = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    engine[Symbol.dispose]();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (values['with-parent']) process.stdin.once('end', end).once('error', end).resume();
}
