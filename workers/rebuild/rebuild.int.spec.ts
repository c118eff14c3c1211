import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listParked } from '../projector/parked.ts';
import type { Bed } from '../testing/bed.ts';
import { conversation, openBed, start, tallyRows } from '../testing/bed.ts';
import { openTextOpener } from '../testing/open-text.ts';
import { tally } from '../testing/tally.ts';
import type { RebuildStep } from './builder.ts';
import type { RebuildOptions } from './rebuild.ts';
import { rebuild } from './rebuild.ts';

let bed: Bed;
let relaying: ReturnType<typeof start>;
beforeEach(async () => {
  bed = await openBed();
  relaying = start(bed.relay());
});
afterEach(async () => {
  await relaying.stop();
  await bed[Symbol.asyncDispose]();
});

async function chatter(events: number): Promise<bigint> {
  let last = 0n;
  for (let n = 0; n < events; n += 1) {
    last = await bed.say(n % 9, `message ${n}`);
    if (n % 5 === 4) last = await bed.edit(n % 9, 1, `edited ${n}`);
  }
  return last;
}

const never = new AbortController().signal;
function rebuilding(options: Partial<RebuildOptions> = {}, signal: AbortSignal = never) {
  const { eventLog, tables, clock, newId } = bed;
  const base = { eventLog, tables, clock, newId, opener: openTextOpener };
  return rebuild({ ...base, projection: tally(), compare: true, ...options }, signal);
}

async function schemas(): Promise<readonly string[]> {
  const rows = await bed.tables.query<{ readonly name: string }>({
    text: `select nspname as name from pg_namespace where nspname like 'tally%' order by nspname`,
    values: [],
  });
  return rows.map(({ name }) => name);
}

async function tableId() {
  const rows = await bed.tables.query<{ readonly id: string }>({
    text: `select 'tally.line'::regclass::oid::text as id`,
    values: [],
  });
  return rows[0]?.id;
}

describe('a rebuild', () => {
  it('equals what was built live, row for row, under traffic, and takes its place', async () => {
    const running = start(bed.projector([tally()], { recordsMax: 10 }));
    await bed.reaches(await chatter(60));
    const before = await tableId();
    const steps: RebuildStep[] = [];
    let talking = true;
    const talk = (async () => {
      let last = 0n;
      while (talking) last = await chatter(10);
      return last;
    })();
    const report = await rebuilding({ recordsMax: 50, onStep: (step) => steps.push(step) });
    talking = false;
    const last = await talk;
    expect(report.kind).toBe('switched');
    expect(report.tables.map(({ equal, differing }) => ({ equal, differing }))).toEqual([
      { equal: true, differing: [] },
      { equal: true, differing: [] },
    ]);
    expect(report.tables[0]?.liveRows).toBeGreaterThanOrEqual(60);
    expect(await tableId()).not.toBe(before);
    expect(await schemas()).toEqual(['tally']);
    await bed.reaches(last);
    await running.stop();
    const rows = await tallyRows(bed.tables);
    expect((await rebuilding()).tables.every(({ equal }) => equal)).toBe(true);
    expect(await tallyRows(bed.tables)).toEqual(rows);
    expect(new Set(steps.map(({ phase }) => phase))).toEqual(
      new Set(['building', 'comparing', 'switching']),
    );
    expect(steps.every(({ share }) => share >= 0 && share <= 1)).toBe(true);
    expect(steps.at(-1)).toMatchObject({ share: 1, remainingMs: 0 });
  });

  it('tells which rows differ, and mends them', async () => {
    const running = start(bed.projector([tally()]));
    await bed.reaches(await chatter(30));
    await running.stop();
    const right = await tallyRows(bed.tables);
    await bed.tables.script(`
      update tally.line set text = 'forged' where number = 2
        and conversation_id = '${conversation(3)}';
      delete from tally.head where conversation_id = '${conversation(4)}';`);
    const kept = await rebuilding({ onDifference: 'keep' });
    expect(kept.kind).toBe('kept');
    expect(kept.tables).toMatchObject([
      { table: 'line', equal: false, differing: [`${conversation(3)} 2`] },
      { table: 'head', equal: false, differing: [conversation(4)], liveRows: 8, nextRows: 9 },
    ]);
    expect(await schemas()).toEqual(['tally']);
    expect((await tallyRows(bed.tables)).heads).toHaveLength(8);
    expect((await rebuilding()).kind).toBe('switched');
    expect(await tallyRows(bed.tables)).toEqual(right);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const running = start(bed.projector([tally()]));
    await bed.reaches(await chatter(60));
    await running.stop();
    const rows = await tallyRows(bed.tables);
    const stopping = new AbortController();
    const report = await rebuilding(
      { recordsMax: 5, onStep: ({ done }) => (done > 20 ? stopping.abort() : undefined) },
      stopping.signal,
    );
    expect(report.kind).toBe('stopped');
    expect(await schemas()).toEqual(['tally']);
    expect(await tallyRows(bed.tables)).toEqual(rows);
    const left = await bed.tables.query({
      text: `select projection from projector.checkpoint where projection like '%@%'`,
      values: [],
    });
    expect(left).toEqual([]);
  });

  it('happens at the start of a projector whose projection has a new version', async () => {
    const old = start(bed.projector([tally()]));
    await bed.reaches(await chatter(20));
    await old.stop();
    const unseen = await bed.say(1, 'while nobody looked');
    const raised = start(bed.projector([tally({ version: 2 })]));
    await bed.reaches(unseen);
    const last = await bed.say(1, 'and on');
    await bed.reaches(last);
    await raised.stop();
    const { lines } = await tallyRows(bed.tables);
    expect(lines).toHaveLength(22);
    expect(
      lines.filter(({ number }) => number > 1).every(({ text }) => text?.endsWith('version 2')),
    ).toBe(true);
    expect(await schemas()).toEqual(['tally']);
  });

  it('frees a key that was parked, when the new rules can take it', async () => {
    const running = start(bed.projector([tally()]));
    await bed.say(1, 'poison in the rules');
    await bed.reaches(await bed.say(1, 'waits'));
    expect(await listParked(bed.tables, 10)).toHaveLength(1);
    const report = await rebuilding({ projection: tally({ mended: true }) });
    expect(report.kind).toBe('switched');
    expect(await listParked(bed.tables, 10)).toEqual([]);
    await bed.reaches(await bed.say(1, 'goes on'));
    await running.stop();
    const { lines } = await tallyRows(bed.tables);
    expect(lines.map(({ text }) => text)).toEqual(['poison in the rules', 'waits', 'goes on']);
  });

  it('lets later events wait behind what it had to park', async () => {
    const running = start(bed.projector([tally({ mended: true })]));
    await bed.reaches(await bed.say(1, 'poison in the rules'));
    expect((await rebuilding()).kind).toBe('switched');
    await bed.reaches(await bed.edit(1, 1, 'must wait'));
    await running.stop();
    expect(await listParked(bed.tables, 10)).toMatchObject([{ key: conversation(1), waiting: 2 }]);
    expect((await tallyRows(bed.tables)).lines).toEqual([]);
  });

  it('lets readers read all the while, never less than before', async () => {
    const running = start(bed.projector([tally()]));
    await bed.reaches(await chatter(60));
    let reading = true;
    const counts: number[] = [];
    const read = (async () => {
      while (reading) {
        const [row] = await bed.tables.query<{ readonly rows: bigint }>({
          name: 'count-lines',
          text: 'select count(*) as rows from tally.line',
          values: [],
        });
        counts.push(Number(row?.rows));
      }
    })();
    for (let round = 0; round < 3; round += 1) {
      const [report] = await Promise.all([rebuilding({ recordsMax: 20 }), chatter(20)]);
      expect(report.kind).toBe('switched');
    }
    reading = false;
    await read;
    await running.stop();
    expect(counts.length).toBeGreaterThan(10);
    expect(counts.every((count, at) => count >= (counts[at - 1] ?? 60))).toBe(true);
  });
});
