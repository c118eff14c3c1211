import type { Defect } from './defect.ts';
import { liveDefects } from './defects-live.ts';
import { machineDefects } from './defects-machine.ts';
import { readingDefects } from './defects-reading.ts';
import { stackDefects } from './defects-stack.ts';
import { writingDefects } from './defects-writing.ts';

/** What could be wrong and must be noticed, along the way of a message. */
export const defects: readonly Defect[] = [
  ...writingDefects,
  ...readingDefects,
  ...liveDefects,
  ...machineDefects,
  ...stackDefects,
];

/** The one under which a fault in a real machine must find something; null where there is none. */
export function defectFor(fault: string): Defect | null {
  const finds = ({ caughtBy }: Defect) =>
    caughtBy.some((catcher) => 'fault' in catcher && catcher.fault === fault);
  return defects.find(finds) ?? null;
}
