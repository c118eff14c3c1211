import { parseArgs } from 'node:util';
import { openPlatform } from '../ops/compose.ts';
import { onServedEngines } from '../ops/engines.ts';
import { commonFlags, runProcess } from '../ops/run-process.ts';

const help = `npm run start:workers: workers in a process of their own, without an API.

  npm start -- --engines-only                     first: holds the engines of the data folder
  npm run start:workers                           all of them
  PARLEY_WORKERS=relay,courier npm run start:workers    some of them

Each of them may run more than once: those that must not work twice wait for their lease. Each
engine that is not embedded (see .env.example) is used at its own address. Stop with Ctrl-C.`;

const { values: flags } = parseArgs({ options: commonFlags });

await runProcess({
  help,
  flags,
  open: (config) =>
    openPlatform({ ...onServedEngines(config), serveEngines: false }, { api: false }),
});
