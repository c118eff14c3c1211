import { projections } from '../projections/all.ts';
import type { Handlers } from './control.ts';
import type { Machines } from './machines.ts';
import { parkedCommand } from './parked-command.ts';
import { rebuildCommand } from './rebuild-command.ts';

/** The scripts that a running platform carries out itself, as it holds the data folder. */
export function controlHandlers(opened: Machines): Handlers {
  return {
    rebuild: (args, out, signal) =>
      rebuildCommand({
        ...{ args, out, signal, projections },
        machines: async () => opened,
      }),
    parked: (args, out) =>
      parkedCommand({ args, out, machines: async () => ({ ...opened, projections }) }),
  };
}
