import type { Defect } from './defect.ts';
import { liveDefects } from './defects-live.ts';
import { readingDefects } from './defects-reading.ts';
import { writingDefects } from './defects-writing.ts';

/** What could be wrong and must be noticed, along the way of a message. */
export const defects: readonly Defect[] = [...writingDefects, ...readingDefects, ...liveDefects];
