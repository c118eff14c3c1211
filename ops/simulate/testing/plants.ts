import type { Plant } from './planting.ts';
import { plantsOfFinals } from './plants-finals.ts';
import { plantsOfMarks } from './plants-marks.ts';
import { plantsOfMembership } from './plants-membership.ts';
import { plantsOfReaders } from './plants-readers.ts';
import { plantsOfWriters } from './plants-writers.ts';

/** Every kind of violation, planted once: what none of them shows, no check of ours sees. */
export const plants: readonly Plant[] = [
  ...plantsOfWriters,
  ...plantsOfReaders,
  ...plantsOfMarks,
  ...plantsOfMembership,
  ...plantsOfFinals,
];
