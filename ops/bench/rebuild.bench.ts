import type { Point } from './load/fit.ts';
import { exponent } from './load/fit.ts';
import type { Cost } from './load/measured.ts';
import { measured } from './load/measured.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import type { Row } from './load/report.ts';
import { quietness, report } from './load/report.ts';
import type { WorldName } from './seed/world.ts';
import { seededWorld } from './seed/world.ts';

// Inbox and timeline anew from the whole log, beside the ones in use, as `npm run rebuild` does:
// of logs of 11,000, 111,000 and 1,111,000 messages.
const worlds = ['history-4', 'history-5', 'history-6'] as const;
const readModels = ['inbox', 'timeline'] as const;

type Rebuilt = {
  readonly readModel: (typeof readModels)[number];
  readonly world: WorldName;
  readonly records: number;
  readonly perSecond: number; // while building
  readonly cost: Cost;
};

const pinned = pinLoad();
const rebuilt: Rebuilt[] = [];
for (const world of worlds) {
  await using subject = await startSubject({ folder: seededWorld(world).folder });
  for (const readModel of readModels) {
    let said = '';
    const cost = await measured(subject, async () => {
      said = await subject.control('rebuild', [readModel]);
    });
    const records = Number(/built anew from (\d+) records/.exec(said)?.[1] ?? 0);
    if (records === 0) throw new Error(`${readModel} did not switch: ${said.slice(-400)}`);
    const building = [...said.matchAll(/building: .* records, (\d+)\/s/g)].at(-1);
    rebuilt.push({ readModel, world, records, perSecond: Number(building?.[1] ?? 0), cost });
    console.log(
      `  ${readModel} of ${world}: ${(records / cost.cpuSeconds).toFixed(0)} a CPU-second`,
    );
  }
}

const largest = rebuilt.filter(({ world }) => world === 'history-6');
const last = rebuilt.at(-1);
report('rebuild', {
  title: 'Rebuild of inbox and timeline',
  note: `a log of 1,111,000 messages, watermarks included, compared row for row; ${pinned}`,
  rows: [
    ...largest.flatMap(rowsOf),
    ...readModels.map((readModel) => ({
      what: `${readModel}: exponent of CPU by records, 10⁴ to 10⁶`,
      ...{ value: exponent(pointsOf(readModel)), unit: '', must: 1.05 },
    })),
    ...(last ? quietness(last.cost) : []),
  ],
  curves: [
    {
      title: 'CPU of a rebuild by records of the log',
      x: { label: 'records', log: true },
      y: { label: 'seconds of CPU', log: true },
      series: readModels.map((name) => ({ name, points: pointsOf(name) })),
    },
  ],
});

function pointsOf(readModel: string): readonly Point[] {
  return rebuilt
    .filter((one) => one.readModel === readModel)
    .map(({ records, cost }) => [records, cost.cpuSeconds]);
}

function rowsOf({ readModel, records, perSecond, cost }: Rebuilt): readonly Row[] {
  return [
    {
      ...{ what: `${readModel}: events a CPU-second, with comparing and switching`, unit: '/s' },
      ...{ value: records / cost.cpuSeconds, must: 20_000, atLeast: true },
      aim: readModel === 'inbox' ? 100_000 : undefined,
    },
    { what: `${readModel}: events a second while building`, value: perSecond, unit: '/s' },
    { what: `${readModel}: records`, value: records, unit: '' },
    { what: `${readModel}: seconds, all in all`, value: cost.seconds, unit: 's' },
    ...[...cost.byName].map(([program, seconds]) => ({
      ...{ what: `${readModel}: CPU of ${program}`, value: seconds, unit: 's' },
    })),
    { what: `${readModel}: statements`, value: cost.counted.statements ?? 0, unit: '' },
  ];
}
