import type { Cost } from './load/measured.ts';
import { measured } from './load/measured.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import type { Row } from './load/report.ts';
import { quietness, report } from './load/report.ts';
import { seededWorld } from './seed/world.ts';

// Inbox and timeline anew from the whole log, beside the ones in use, as `npm run rebuild` does.
const pinned = pinLoad();
const world = seededWorld('history-6');
await using subject = await startSubject({ folder: world.folder });
const rows: Row[] = [];
let quiet: Cost | null = null;
for (const [name, aim] of [
  ['inbox', 100_000],
  ['timeline', undefined],
] as const) {
  let said = '';
  const cost = await measured(subject, async () => {
    said = await subject.control('rebuild', [name]);
  });
  quiet = cost;
  const built = /built anew from (\d+) records in ([\d.]+) s and switched/.exec(said);
  if (!built) throw new Error(`the rebuild of ${name} did not switch: ${said.slice(-400)}`);
  const records = Number(built[1]);
  const building = [...said.matchAll(/building: .* records, (\d+)\/s/g)].at(-1);
  rows.push(
    {
      ...{ what: `${name}: events a CPU-second, all in all`, value: records / cost.cpuSeconds },
      ...{ unit: '/s', must: 20_000, aim, atLeast: true },
    },
    {
      what: `${name}: events a second while building`,
      value: Number(building?.[1] ?? 0),
      unit: '/s',
    },
    { what: `${name}: records`, value: records, unit: '' },
    { what: `${name}: seconds, with comparing and switching`, value: cost.seconds, unit: 's' },
    ...[...cost.byName].map(([program, seconds]) => ({
      ...{ what: `${name}: CPU of ${program}`, value: seconds, unit: 's' },
    })),
    { what: `${name}: statements`, value: cost.counted.statements ?? 0, unit: '' },
  );
}
report('rebuild', {
  title: 'Rebuild of inbox and timeline',
  note: `the log of a world of 1,100,000 messages, watermarks included; ${pinned}`,
  rows: [...rows, ...(quiet ? quietness(quiet) : [])],
});
