import { projections } from '../projections/all.ts';
import { systemClock } from '../projections/clock.ts';
import { openMachines } from './machines.ts';
import { rebuildCommand } from './rebuild-command.ts';
import { settingsOr } from './settings.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
await using opened = new AsyncDisposableStack();

process.exitCode = await rebuildCommand({
  args: process.argv.slice(2),
  projections,
  machines: async () => {
    const machines = opened.use(await openMachines(settingsOr(process.cwd()).config));
    return { ...machines, clock: systemClock };
  },
  signal: stop.signal,
  out: process.stdout,
});
