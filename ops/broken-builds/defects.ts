import type { Defect } from './defect.ts';
import { analyticsDefects } from './defects-analytics.ts';
import { awayDefects } from './defects-away.ts';
import { factsDefects } from './defects-facts.ts';
import { faultsDefects } from './defects-faults.ts';
import { figuresDefects } from './defects-figures.ts';
import { indexerDefects } from './defects-indexer.ts';
import { kafkaDefects } from './defects-kafka.ts';
import { liveDefects } from './defects-live.ts';
import { machineDefects } from './defects-machine.ts';
import { objectsDefects } from './defects-objects.ts';
import { pipelineDefects } from './defects-pipeline.ts';
import { protocolDefects } from './defects-protocol.ts';
import { readingDefects } from './defects-reading.ts';
import { searchDefects } from './defects-search.ts';
import { securedDefects } from './defects-secured.ts';
import { stackDefects } from './defects-stack.ts';
import { tracesDefects } from './defects-traces.ts';
import { watchingDefects } from './defects-watching.ts';
import { writingDefects } from './defects-writing.ts';

/** What could be wrong and must be noticed, along the way of a message. */
export const defects: readonly Defect[] = [
  ...writingDefects,
  ...readingDefects,
  ...liveDefects,
  ...indexerDefects,
  ...machineDefects,
  ...stackDefects,
  ...kafkaDefects,
  ...objectsDefects,
  ...watchingDefects,
  ...tracesDefects,
  ...analyticsDefects,
  ...factsDefects,
  ...figuresDefects,
  ...protocolDefects,
  ...searchDefects,
  ...pipelineDefects,
  ...awayDefects,
  ...faultsDefects,
  ...securedDefects,
];

/** The one under which a fault in a real machine must find something; null where there is none. */
export function defectFor(fault: string): Defect | null {
  const finds = ({ caughtBy }: Defect) =>
    caughtBy.some((catcher) => 'fault' in catcher && catcher.fault === fault);
  return defects.find(finds) ?? null;
}
