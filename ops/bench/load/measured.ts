import type { Counters } from '../../counters.ts';
import type { Watched } from './platform.ts';
import { profiling } from './platform.ts';
import { busySecondsOf } from './processes.ts';
import { keepProfile } from './profile.ts';
import type { Row } from './report.ts';

/** What a piece of work took of the platform, all its processes together. */
export type Cost = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly byName: ReadonlyMap<string, number>; // CPU-seconds by program
  readonly counted: Counters;
  readonly writtenBytes: number;
  /** Of the platform's core, in parts of the time: what others of this machine used of it. */
  readonly others: number;
  readonly stolen: number; // the same, by other machines on the same host
};

/** Does the work and tells what the platform spent meanwhile; with --profile also where. */
export async function measured(subject: Watched, work: () => Promise<void>): Promise<Cost> {
  if (profiling) await subject.inspector?.startProfile();
  const counters = await subject.counters();
  const core = busySecondsOf(0);
  const before = subject.usage();
  const startedAt = performance.now();
  await work();
  const after = subject.usage();
  const seconds = (performance.now() - startedAt) / 1_000;
  const coreAfter = busySecondsOf(0);
  const countersAfter = await subject.counters();
  if (profiling && subject.inspector) keepProfile(await subject.inspector.takeProfile());
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  return {
    ...{ seconds, cpuSeconds },
    byName: new Map(
      [...after.byName].map(([name, used]) => [name, used - (before.byName.get(name) ?? 0)]),
    ),
    counted: Object.fromEntries(
      Object.entries(countersAfter).map(([name, value]) => [name, value - (counters[name] ?? 0)]),
    ),
    writtenBytes: after.writtenBytes - before.writtenBytes,
    others: Math.max(0, coreAfter.busy - core.busy - cpuSeconds) / seconds,
    stolen: (coreAfter.stolen - core.stolen) / seconds,
  };
}

/** CPU for so many operations, by program, and the counters of each operation. */
export function costRows(
  cost: Cost,
  {
    operations,
    each,
    of,
  }: { readonly operations: number; readonly each: string; readonly of: Bounds },
): readonly Row[] {
  const perThousand = (seconds: number) => (seconds * 1_000) / operations;
  return [
    { what: `CPU a 1,000 ${each}s`, value: perThousand(cost.cpuSeconds), unit: 's', ...of },
    ...[...cost.byName]
      .filter(([, seconds]) => seconds > 0)
      .map(([name, seconds]) => ({
        ...{ what: `  of it ${name}`, value: perThousand(seconds), unit: 's' },
      })),
    ...countedRows(cost, { operations, each }),
  ];
}

export type Bounds = Pick<Row, 'must' | 'aim' | 'peer' | 'atLeast'>;

/** The counters that one operation moved: exact, whatever else the machine does. */
export function countedRows(
  { counted, writtenBytes }: Cost,
  { operations, each }: { readonly operations: number; readonly each: string },
): readonly Row[] {
  const rows = Object.entries(shown).flatMap(([name, what]) => {
    const count = counted[name];
    if (count === undefined) return [];
    return [{ what: `  ${what} a ${each}`, value: count / operations, unit: '' }];
  });
  return [
    ...rows,
    { what: `  to the disk a ${each}`, value: writtenBytes / operations, unit: 'B' },
  ];
}

const shown: Readonly<Record<string, string>> = {
  appends: 'appends',
  flushes: 'flushes',
  eventsWritten: 'events stored',
  eventsRead: 'events read',
  statements: 'statements',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
  executions: 'executions for frames',
};
