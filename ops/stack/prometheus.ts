import { join } from 'node:path';
import { answersOk } from './answers.ts';
import type { DebianProgram } from './debian.ts';
import { programOfDebian } from './debian.ts';
import type { StackServer } from './server.ts';

const debian = { package: 'prometheus', megabytes: '23' };

/** What checks rules and tries them on series that are made up. */
export const promtool: DebianProgram = programOfDebian({ ...debian, path: 'usr/bin/promtool' });
const program = programOfDebian({ ...debian, path: 'usr/bin/prometheus' });

/** Prometheus with a configuration of its own; nothing of the platform has to name it. */
export function prometheusWith(configuration: string): StackServer {
  return {
    name: 'prometheus',
    missing: program.missing,
    fetch: program.fetch,
    command: ({ port, folder }) => ({
      ...program.found(),
      args: [
        `--config.file=${configuration}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
      ],
    }),
    isReady: (port) => answersOk(`http://127.0.0.1:${port}/-/ready`),
    option: (port) => ({ name: 'PARLEY_PROMETHEUS_URL', value: `http://127.0.0.1:${port}` }),
  };
}
