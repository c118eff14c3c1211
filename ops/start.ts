import { parseArgs } from 'node:util';
import { openPlatform } from './compose.ts';
import { printSettings } from './config/print.ts';
import { settingsOr } from './settings.ts';
import { untilStopped } from './until-stopped.ts';

const help = `npm start: the whole platform in one process.

  npm start                            on http://127.0.0.1:4000, data in .parley
  npm start -- --print-config          each option, its value and where it came from
  npm start -- --serve-event-store     also serves the log over EventStoreDB's protocol (port 2113,
                                       or PARLEY_EVENT_STORE_PORT)
  PARLEY_PORT=0 npm start              picks a free port
  PARLEY_DATA=/srv/parley npm start    keeps the data elsewhere

Every option stands in .env.example. Stop with Ctrl-C: it finishes what is under way, within 10 s.`;

const { values: flags } = parseArgs({
  options: {
    help: { type: 'boolean' },
    'print-config': { type: 'boolean' },
    'serve-event-store': { type: 'boolean' },
  },
});

if (flags.help) {
  console.log(help);
} else {
  const settings = settingsOr(process.cwd());
  if (flags['print-config']) console.log(printSettings(settings));
  else await start();

  async function start(): Promise<void> {
    const stopped = untilStopped();
    const { config } = settings;
    const serveEventStorePort =
      config.serveEventStorePort ?? (flags['serve-event-store'] ? 2113 : null);
    const platform = await openPlatform({ ...config, serveEventStorePort });
    console.log(platform.summary());
    const signal = await stopped;
    console.log(`${signal}: finishing what is under way.`);
    await platform[Symbol.asyncDispose]();
    console.log('Stopped.');
    process.exit(0);
  }
}
