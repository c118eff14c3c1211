import { clockJump } from './clock-jump.fault.ts';
import { diskFull } from './disk-full.fault.ts';
import type { Fault } from './fault.ts';
import { flippedByte } from './flipped-byte.fault.ts';
import { flushError, slowFlush } from './flush.fault.ts';
import { kill } from './kill.fault.ts';
import { powerCut } from './power-cut.fault.ts';
import { faultOf } from './row.ts';
import { rows } from './rows.ts';

/** Every fault that can be tried on this machine or another one. */
export const faults: readonly Fault[] = [
  kill,
  powerCut,
  diskFull,
  flushError,
  slowFlush,
  flippedByte,
  clockJump,
  ...rows.map(faultOf),
];
