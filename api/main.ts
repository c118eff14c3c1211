import { parseArgs } from 'node:util';
import { openPlatform } from '../ops/compose.ts';
import { onServedEngines } from '../ops/engines.ts';
import { commonFlags, runProcess } from '../ops/run-process.ts';

const help = `npm run start:api: the API in a process of its own, without workers.

  npm start -- --engines-only          first: holds the engines of the data folder
  npm run start:workers                the workers, in as many processes as you like
  npm run start:api                    the API, likewise, each on a port of its own (PARLEY_PORT)

Each engine that is not embedded (see .env.example) is used at its own address. Stop with Ctrl-C.`;

const { values: flags } = parseArgs({ options: commonFlags });

await runProcess({
  help,
  flags,
  open: (config) => openPlatform({ ...onServedEngines(config), workers: [], serveEngines: false }),
});
