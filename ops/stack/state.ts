import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from './run-server.ts';
import type { StackServer } from './server.ts';

/** What was started last from a folder, and where; those named may have ended since. */
export type StackState = {
  of(server: StackServer): Running | undefined;
  keep(running: Running): void;
  /** Of the options that name the servers: a file that a shell or systemd reads. */
  readonly optionsFile: string;
  writeOptions(lines: readonly string[]): void;
};

export function openStackState(folder: string): StackState {
  const file = join(folder, 'running.json');
  const optionsFile = join(folder, 'env');
  mkdirSync(folder, { recursive: true });
  const read = (): Readonly<Record<string, Running>> =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return {
    of: ({ name }) => read()[name],
    keep: (running) => {
      const text = JSON.stringify({ ...read(), [running.name]: running }, null, 2);
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
    optionsFile,
    writeOptions: (lines) => writeFileSync(optionsFile, `${lines.join('\n')}\n`),
  };
}
