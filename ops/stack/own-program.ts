import { join } from 'node:path';
import type { Command, Place } from './server.ts';

/** A program of this folder, run as every script of ours is, with its port as its only word. */
export function ownProgram(script: string, { port }: Place): Command {
  const launch = join(import.meta.dirname, '../launch.cjs');
  return {
    program: process.execPath,
    args: [launch, join(import.meta.dirname, script), `${port}`],
  };
}
