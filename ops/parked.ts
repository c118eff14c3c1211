import { openMachines } from './machines.ts';
import { parkedCommand } from './parked-command.ts';
import { settingsOr } from './settings.ts';

await using opened = new AsyncDisposableStack();

process.exitCode = await parkedCommand({
  args: process.argv.slice(2),
  machines: async () => {
    const { projections } = await import('../projections/all.ts');
    return { ...opened.use(await openMachines(settingsOr(process.cwd()).config)), projections };
  },
  out: process.stdout,
});
