import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from './run-server.ts';
import type { StackServer } from './server.ts';

/** What was started last from a folder, and where; those named may have ended since. */
export type StackState = {
  of(server: StackServer): Running | undefined;
  keep(running: Running): void;
};

export function openStackState(folder: string): StackState {
  const file = join(folder, 'running.json');
  const read = (): Readonly<Record<string, Running>> =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return {
    of: ({ name }) => read()[name],
    keep: (running) => {
      writeFileSync(`${file}.new`, JSON.stringify({ ...read(), [running.name]: running }, null, 2));
      renameSync(`${file}.new`, file);
    },
  };
}
