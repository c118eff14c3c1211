import { askControl } from './control.ts';
import { dutiesCommand } from './duties-command.ts';
import { openMachines } from './machines.ts';
import { settingsOr } from './settings.ts';

const { config } = settingsOr(process.cwd());
const asked = { args: process.argv.slice(2), out: process.stdout };
const signal = new AbortController().signal;
await using opened = new AsyncDisposableStack();

process.exitCode =
  (await askControl(config.dataFolder, 'duties', { ...asked, signal })) ??
  (await dutiesCommand({
    ...asked,
    tables: async () => opened.use(await openMachines(config)).tables,
  }));
