import { spawnSync } from 'node:child_process';

/** Whether this machine has a program of that name. */
export function isOnPath(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}
