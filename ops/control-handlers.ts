import { projections, searchProjections } from '../projections/all.ts';
import { indexesToMend } from '../workers/indexer/destination.ts';
import type { Handlers } from './control.ts';
import type { Counters } from './counters.ts';
import { dutiesCommand } from './duties-command.ts';
import type { Machines } from './machines.ts';
import { parkedCommand } from './parked-command.ts';
import { rebuildCommand } from './rebuild-command.ts';

/**
 * The scripts that a running platform carries out itself, as it holds the data folder, and its
 * counters for whoever measures it.
 */
export function controlHandlers(opened: Machines, counters: () => Counters): Handlers {
  return {
    counters: async (_args, out) => {
      out.write(JSON.stringify(counters()));
      return 0;
    },
    rebuild: (args, out, signal) =>
      rebuildCommand({
        ...{ args, out, signal, projections },
        machines: async () => opened,
      }),
    parked: (args, out) => {
      const indexes = indexesToMend(opened, searchProjections);
      const machines = async () => ({ ...opened, projections, indexes });
      return parkedCommand({ args, out, machines });
    },
    duties: (args, out) => dutiesCommand({ args, out, tables: async () => opened.tables }),
  };
}
