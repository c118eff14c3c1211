import { projections, searchProjections } from '../projections/all.ts';
import { indexesToMend } from '../workers/indexer/destination.ts';
import { askControl } from './control.ts';
import { openMachines } from './machines.ts';
import { parkedCommand } from './parked-command.ts';
import { settingsOr } from './settings.ts';

const { config } = settingsOr(process.cwd());
const asked = { args: process.argv.slice(2), out: process.stdout };
const signal = new AbortController().signal;
await using opened = new AsyncDisposableStack();

process.exitCode =
  (await askControl(config.dataFolder, 'parked', { ...asked, signal })) ??
  (await parkedCommand({
    ...asked,
    machines: async () => {
      const machines = opened.use(await openMachines(config));
      const indexes = indexesToMend(machines, searchProjections);
      return { ...machines, projections, indexes };
    },
  }));
