import { parseArgs } from 'node:util';
import { openPlatform } from './compose.ts';
import { commonFlags, runProcess } from './run-process.ts';

const help = `npm start: the whole platform in one process.

  npm start                            on http://127.0.0.1:4000, data in .parley
  npm start -- --print-config          each option, its value and where it came from
  npm start -- --serve-event-store     also serves the log over EventStoreDB's protocol (port 2113,
                                       or PARLEY_EVENT_STORE_PORT)
  npm start -- --serve-engines         also lets npm run start:api and npm run start:workers, on
                                       this machine, work on its engines
  npm start -- --engines-only          does nothing but that: no API and no workers of its own
  PARLEY_PORT=0 npm start              picks a free port
  PARLEY_DATA=/srv/parley npm start    keeps the data elsewhere

Every option stands in .env.example. Stop with Ctrl-C: it finishes what is under way, within 10 s.`;

const { values: flags } = parseArgs({
  options: {
    ...commonFlags,
    'serve-event-store': { type: 'boolean' },
    'serve-engines': { type: 'boolean' },
    'engines-only': { type: 'boolean' },
  },
});
const enginesOnly = flags['engines-only'] === true;

await runProcess({
  help,
  flags,
  open: (config) =>
    openPlatform(
      {
        ...config,
        serveEngines: config.serveEngines || enginesOnly || flags['serve-engines'] === true,
        serveEventStorePort:
          config.serveEventStorePort ?? (flags['serve-event-store'] ? 2113 : null),
        workers: enginesOnly ? [] : config.workers,
      },
      { api: !enginesOnly },
    ),
});
