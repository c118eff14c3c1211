import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import { TablesUnavailable } from '../../ops/adapters/tables/port.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import { positionIn } from '../position.ts';
import type { Bed } from '../testing/bed.ts';
import { conversation, eventually, openBed, recordsOf, start, tallyRows } from '../testing/bed.ts';
import { openTextOpener } from '../testing/open-text.ts';
import { tally } from '../testing/tally.ts';
import { openItems } from './open-items.ts';
import { dropParked, listParked, retryParked, showParked } from './parked.ts';
import { projector } from './projector.ts';
import { ensureSchemas } from './schemas.ts';
import { openReadStore } from './store.ts';
import { liveTarget } from './target.ts';

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

/** The rows that one undisturbed pass over the same log makes, in a projection of its own. */
async function cleanRows(options: { readonly mended?: boolean } = {}) {
  const last = await bed.say(999, 'the end');
  const clean = start(bed.projector([tally({ name: 'clean', ...options })]));
  await eventually(async () => {
    const [row] = await bed.tables.query<{ readonly least: bigint }>({
      text: `select min(position) as least from projector.checkpoint where projection = 'clean'`,
      values: [],
    });
    return (row?.least ?? 0n) >= last;
  });
  await clean.stop();
  const { lines } = await tallyRows(bed.tables, 'clean');
  return { lines: lines.filter(({ text }) => text !== 'the end') };
}

async function chatter(events: number): Promise<bigint> {
  let last = 0n;
  for (let n = 0; n < events; n += 1) {
    last = await bed.say(n % 9, `message ${n}`);
    if (n % 5 === 4) last = await bed.edit(n % 9, 1, `edited ${n}`);
  }
  return last;
}

/** Tables whose transactions do more before they commit. */
function interrupted(tables: Tables, beforeCommit: (tx: Statements) => void): Tables {
  return {
    ...tables,
    transaction: (work) =>
      tables.transaction(async (tx) => {
        const result = await work(tx);
        beforeCommit(tx);
        return result;
      }),
  };
}

describe('the projector', () => {
  it('brings every event into the rows and says how far it is', async () => {
    const running = start(bed.projector([tally()]));
    const last = await chatter(50);
    await bed.reaches(last);
    await running.stop();
    const { lines, heads } = await tallyRows(bed.tables);
    expect(lines).toHaveLength(50);
    expect(heads).toHaveLength(9);
    expect(lines[0]).toMatchObject({ number: 1, text: 'edited 9', author: 'ada' });
  });

  it('comes to the same rows with two at once and with batches of any size', async () => {
    const one = start(bed.projector([tally()], { recordsMax: 3 }));
    const other = start(
      projector({
        ...bed,
        // A group of its own reads the same partitions at the same time.
        eventLog: {
          ...bed.eventLog,
          consume: (request) => bed.eventLog.consume({ ...request, group: 'other' }),
        },
        opener: openTextOpener,
        projections: [tally()],
        recordsMax: 7,
      }),
    );
    const last = await chatter(150);
    await bed.reaches(last);
    await Promise.all([one.stop(), other.stop()]);
    const rows = await tallyRows(bed.tables);
    const clean = await cleanRows();
    expect(rows.lines).toEqual(clean.lines);
  });

  it('moves no checkpoint back when one that is behind writes after it', async () => {
    const last = await chatter(40);
    const { tables, clock, eventLog, partitionOf } = bed;
    const key = conversation(39 % 9);
    await eventually(async () => {
      const newest = await eventLog.newest(eventsTopic);
      return (positionIn(newest[partitionOf(key)]?.value ?? '') ?? 0n) >= last;
    });
    const projection = tally();
    await ensureSchemas(tables, [projection]);
    const targets = [liveTarget(projection)];
    const open = () => openReadStore({ tables, targets, partitions: eventsPartitions, clock });
    const [ahead, behind] = [await open(), await open()];
    const items = await openItems(openTextOpener, await recordsOf(eventLog));
    await ahead.apply(items);
    const text = 'select partition, next_offset from projector.checkpoint order by partition';
    const reached = await tables.query({ text, values: [] });
    await behind.apply(items.slice(0, items.length / 2));
    expect(await tables.query({ text, values: [] })).toEqual(reached);
  });

  it('does nothing twice when it dies between writing and committing', async () => {
    let commits = 0;
    const tables = interrupted(bed.tables, () => {
      commits += 1;
      if (commits % 2 === 1) throw new Error('killed');
    });
    const last = await chatter(30);
    let runs = 0;
    for (let done = false; !done && runs < 40; runs += 1) {
      const running = start(
        projector({
          ...bed,
          tables,
          opener: openTextOpener,
          projections: [tally()],
          recordsMax: 8,
          attemptsMax: 1,
        }),
      );
      done = await Promise.race([
        running.done.then(
          () => true,
          () => false,
        ),
        bed.reaches(last).then(() => true),
      ]);
      await running.stop().catch(() => undefined);
    }
    expect(runs).toBeGreaterThan(1);
    const { lines } = await tallyRows(bed.tables);
    expect(lines).toHaveLength(30);
    const clean = await cleanRows();
    expect(lines).toEqual(clean.lines);
  });

  it('skips what a relay said twice', async () => {
    const running = start(bed.projector([tally()]));
    await bed.say(1, 'one');
    const last = await bed.edit(1, 1, 'edited');
    await bed.reaches(last);
    const before = await tallyRows(bed.tables);
    await relaying.stop();
    await bed.tables.execute({ text: `update tally.line set text = 'as it was'`, values: [] });
    const again = (await recordsOf(bed.eventLog)).filter(({ key }) => key !== '');
    await bed.eventLog.append({
      topic: eventsTopic,
      epoch: Number.MAX_SAFE_INTEGER,
      records: again.map(({ key, value }) => ({ key, value })),
    });
    await eventually(async () => {
      const [lag = []] = await bed.eventLog.lag(eventsTopic, ['projector']);
      return lag.length > 0 && lag.every((behind) => behind === 0);
    });
    await running.stop();
    const after = await tallyRows(bed.tables);
    expect(after.lines).toMatchObject([{ text: 'as it was' }]);
    expect(after.heads).toEqual(before.heads);
  });
});

describe('a bad event', () => {
  const places = {
    rules: 'poison in the rules',
    tables: 'poison in the tables',
    codec: 'not readable',
    log: 'this is { no JSON',
  };

  it.each(Object.entries(places))('in the %s stops only its own key', async (_, poison) => {
    const running = start(bed.projector([tally()], { recordsMax: 20 }));
    for (let n = 0; n < 20; n += 1) await bed.say(n % 4, `before ${n}`);
    const bad = await (poison === places.log ? bed.garbage(1, poison) : bed.say(1, poison));
    await bed.edit(1, 1, 'waits behind it');
    let last = 0n;
    for (let n = 0; n < 20; n += 1) last = await bed.say(n % 4, `after ${n}`);
    await bed.reaches(last);
    await running.stop();
    const { lines } = await tallyRows(bed.tables);
    const count = (id: number) =>
      lines.filter((line) => line.conversation_id === conversation(id)).length;
    expect([0, 1, 2, 3].map(count)).toEqual([10, 5, 10, 10]);
    const [parked, ...more] = await listParked(bed.tables, 100);
    expect(more).toEqual([]);
    expect(parked).toMatchObject({
      projection: 'tally',
      key: conversation(1),
      waiting: 7,
      retries: 0,
    });
    expect(JSON.stringify(parked)).not.toContain(poison);
    const events = await showParked(bed.tables, parked ?? { projection: '', key: '' }, 100);
    const type = poison === places.log ? 'unreadable' : 'message-sent';
    expect(events[0]).toMatchObject({ position: bad, type });
    expect(events.slice(1).every(({ reason }) => reason === null)).toBe(true);
  });

  it('is retried once it is mended, and then the rows are those of a clean pass', async () => {
    const running = start(bed.projector([tally()]));
    await bed.say(1, 'before');
    await bed.say(1, places.rules);
    await bed.edit(1, 1, 'edited later');
    const last = await bed.say(2, 'elsewhere');
    await bed.reaches(last);
    const dependencies = { tables: bed.tables, opener: openTextOpener };
    const place = { projection: 'tally', key: conversation(1) };
    const still = await retryParked({ ...dependencies, projections: [tally()] }, place);
    expect(still).toMatchObject({ kind: 'still-parked', applied: 0, left: 2 });
    expect((await listParked(bed.tables, 10))[0]?.retries).toBe(1);
    const mended = { ...dependencies, projections: [tally({ mended: true })] };
    expect(await retryParked(mended, place)).toEqual({ kind: 'all-applied', events: 2 });
    expect(await listParked(bed.tables, 10)).toEqual([]);
    expect(await retryParked(mended, place)).toEqual({ kind: 'not-parked' });
    const next = await bed.say(1, 'goes on');
    await bed.reaches(next);
    const rows = await tallyRows(bed.tables);
    await running.stop();
    const clean = await cleanRows({ mended: true });
    expect(rows.lines).toEqual(clean.lines);
  });

  it('is dropped with a reason that is kept, and what waited behind it goes on', async () => {
    const running = start(bed.projector([tally()]));
    await bed.say(1, 'before');
    const bad = await bed.say(1, places.tables);
    const last = await bed.say(1, 'after');
    await bed.reaches(last);
    await running.stop();
    const dropped = await dropParked(
      { tables: bed.tables, opener: openTextOpener, projections: [tally()] },
      { projection: 'tally', key: conversation(1) },
      'a test wrote it',
    );
    expect(dropped).toEqual({ kind: 'all-applied', events: 1 });
    const kept = await bed.tables.query({
      text: 'select position, parked_for, dropped_because from projector.dropped',
      values: [],
    });
    expect(kept).toMatchObject([{ position: bad, dropped_because: 'a test wrote it' }]);
    expect(JSON.stringify(kept, (_, each) => String(each))).not.toContain(places.tables);
    const { lines } = await tallyRows(bed.tables);
    expect(lines.map(({ text }) => text)).toEqual(['before', 'after']);
  });

  it('is not what a database is that does not answer: nothing is parked for that', async () => {
    let away = true;
    const tables = interrupted(bed.tables, () => {
      if (away) throw new TablesUnavailable('away');
    });
    const last = await bed.say(1, 'hello');
    const failing = start(
      projector({ ...bed, tables, opener: openTextOpener, projections: [tally()] }),
    );
    await expect(failing.done).rejects.toThrow(TablesUnavailable);
    expect(await listParked(bed.tables, 10)).toEqual([]);
    away = false;
    const running = start(
      projector({ ...bed, tables, opener: openTextOpener, projections: [tally()] }),
    );
    await bed.reaches(last);
    await running.stop();
    expect((await tallyRows(bed.tables)).lines).toHaveLength(1);
  });
});
