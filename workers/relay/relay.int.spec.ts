import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { positionIn } from '../position.ts';
import type { Bed } from '../testing/bed.ts';
import { conversation, eventually, openBed, recordsOf, start } from '../testing/bed.ts';

let bed: Bed;
beforeEach(async () => {
  bed = await openBed();
});
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
});

type Said = { readonly partition: number; readonly kind: string; readonly position: bigint };

async function said(): Promise<readonly Said[]> {
  const records = await recordsOf(bed.eventLog);
  return records.map(({ partition, value }) => {
    const { kind, position } = JSON.parse(value);
    return { partition, kind, position: BigInt(position) };
  });
}
const events = async () => (await said()).filter(({ kind }) => kind === 'event');
const positionsOf = (of: readonly Said[]) =>
  [...new Set(of.map(({ position }) => position))].sort((a, b) => Number(a - b));

async function epochOf(name: string): Promise<bigint> {
  const rows = await bed.tables.query<{ readonly epoch: bigint }>({
    text: 'select epoch from workers.lease where name = $1',
    values: [name],
  });
  return rows[0]?.epoch ?? 0n;
}

async function watermarksReach(position: bigint) {
  await eventually(async () => {
    const newest = await bed.eventLog.newest(eventsTopic);
    return newest.every(
      (record) => record && BigInt(JSON.parse(record.value).position) >= position,
    );
  });
}

describe('the relay', () => {
  it('copies every event once, in order, and says in every partition how far it is', async () => {
    const sent: bigint[] = [];
    for (let n = 0; n < 40; n += 1) sent.push(await bed.say(n % 7, `hello ${n}`));
    const running = start(bed.relay());
    for (let n = 0; n < 40; n += 1) sent.push(await bed.say(n % 7, `live ${n}`));
    await watermarksReach(sent.at(-1) ?? 0n);
    await running.stop();
    const found = await events();
    expect(found.map(({ position }) => position).sort((a, b) => Number(a - b))).toEqual(sent);
    for (let at = 0; at < 8; at += 1) {
      const mine = found.filter(({ partition }) => partition === at);
      expect(mine.map(({ position }) => position)).toEqual(positionsOf(mine));
    }
  });

  it('never says a watermark before an event up to it is in the partition', async () => {
    const running = start(bed.relay());
    let last = 0n;
    for (let n = 0; n < 200; n += 1) last = await bed.say(n % 20, `hello ${n}`);
    await watermarksReach(last);
    await running.stop();
    const promised = new Map<number, bigint>();
    for (const { partition, kind, position } of await said()) {
      const up = promised.get(partition) ?? 0n;
      if (kind === 'event') expect(position > up).toBe(true);
      else promised.set(partition, position > up ? position : up);
    }
  });

  it('leaves streams of other categories where they are', async () => {
    await bed.eventStore.append({
      stream: `snapshot-${conversation(1)}`,
      expected: 'any',
      events: [
        {
          id: crypto.randomUUID(),
          type: 'snapshot',
          data: new Uint8Array(),
          metadata: new Uint8Array(),
        },
      ],
    });
    const last = await bed.say(1, 'hello');
    const running = start(bed.relay());
    await watermarksReach(last);
    await running.stop();
    expect(positionsOf(await events())).toEqual([last]);
  });

  it('lets one lead, and another go on when the leader is gone', async () => {
    const first = start(bed.relay({ holder: 'first', leaseMs: 400 }));
    const before = await bed.say(1, 'before');
    await watermarksReach(before);
    const second = start(bed.relay({ holder: 'second', leaseMs: 400 }));
    const sent = [before];
    for (let n = 0; n < 30; n += 1) {
      sent.push(await bed.say(n % 5, `during ${n}`));
      if (n === 10) await first.stop();
    }
    await watermarksReach(sent.at(-1) ?? 0n);
    await second.stop();
    expect(positionsOf(await events())).toEqual(sent);
    const [lease] = await bed.tables.query<{ readonly holder: string }>({
      text: `select holder from workers.lease where name = 'relay'`,
      values: [],
    });
    expect(lease?.holder).toBe('second');
  });

  it('loses nothing when the leader dies without giving the lease back', async () => {
    const first = start(bed.relay({ holder: 'first', leaseMs: 300 }));
    const sent = [await bed.say(1, 'before')];
    await watermarksReach(sent[0] ?? 0n);
    // It can no longer renew, and does not know that it is over.
    await bed.tables.execute({
      text: `update workers.lease set expires_at = clock_timestamp(), holder = 'nobody'`,
      values: [],
    });
    const second = start(bed.relay({ holder: 'second', leaseMs: 300 }));
    for (let n = 0; n < 30; n += 1) sent.push(await bed.say(n % 5, `after ${n}`));
    await watermarksReach(sent.at(-1) ?? 0n);
    await Promise.all([first.stop(), second.stop()]);
    expect(positionsOf(await events())).toEqual(sent);
  });

  it('is fenced once a newer leader has written, however sure it is of its lease', async () => {
    const stale = start(bed.relay({ holder: 'stale', leaseMs: 600 }));
    const first = await bed.say(1, 'before');
    await watermarksReach(first);
    const epoch = await epochOf('relay');
    const newer = await bed.eventLog.append({
      topic: eventsTopic,
      epoch: Number.MAX_SAFE_INTEGER,
      records: [],
    });
    expect(newer.kind).toBe('appended');
    const unheard = await bed.say(1, 'after');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(positionsOf(await events())).toEqual([first]);
    expect(unheard > first).toBe(true);
    await eventually(async () => (await epochOf('relay')) > epoch); // it asks for the lease anew
    await stale.stop();
  });

  it('goes on behind an event whose data is no JSON', async () => {
    const first = start(bed.relay({ watermarkEveryMs: 60_000 }));
    const before = await bed.say(1, 'before');
    // Not its watermark: one may have been written just before it, and the next is a minute away.
    await eventually(async () => {
      const newest = await bed.eventLog.newest(eventsTopic);
      return newest.some((record) => record && positionIn(record.value) === before);
    });
    const bad = await bed.garbage(1, 'this is { no JSON "position":"999999"');
    await eventually(async () => {
      const newest = await bed.eventLog.newest(eventsTopic);
      return newest.some((record) => record && positionIn(record.value) === bad);
    });
    await first.stop();
    // No watermark stands behind it: it is the newest of its partition.
    const second = start(bed.relay());
    const last = await bed.say(2, 'after');
    await watermarksReach(last);
    await second.stop();
    const records = await recordsOf(bed.eventLog);
    const events = records.filter(({ key }) => key !== '');
    expect(new Set(events.map(({ value }) => positionIn(value)))).toEqual(
      new Set([before, bad, last]),
    );
    expect(events).toHaveLength(3);
  });

  it('writes nothing twice when it starts again, and goes on from where it was', async () => {
    const first = start(bed.relay());
    const one = await bed.say(1, 'one');
    await watermarksReach(one);
    await first.stop();
    const two = await bed.say(2, 'two');
    const second = start(bed.relay());
    await watermarksReach(two);
    await second.stop();
    expect((await events()).map(({ position }) => position).sort()).toEqual([one, two]);
  });
});
