import { projections } from '../projections/all.ts';
import { askControl } from './control.ts';
import { openMachines } from './machines.ts';
import { rebuildCommand } from './rebuild-command.ts';
import { settingsOr } from './settings.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const { config } = settingsOr(process.cwd());
const asked = { args: process.argv.slice(2), out: process.stdout, signal: stop.signal };
await using opened = new AsyncDisposableStack();

process.exitCode =
  (await askControl(config.dataFolder, 'rebuild', asked)) ??
  (await rebuildCommand({
    ...asked,
    projections,
    machines: async () => opened.use(await openMachines(config)),
  }));
