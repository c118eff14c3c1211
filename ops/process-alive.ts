import { readFileSync } from 'node:fs';

/** Whether a process is there and has not ended: one that nobody has asked after yet has. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}
