import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../projections/clock.ts';
import { ofNewerProgram } from '../../schemas/events/codec.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import type { Bed } from '../testing/bed.ts';
import { conversation, eventually, openBed, start, tallyRows } from '../testing/bed.ts';
import { openTextOpener } from '../testing/open-text.ts';
import { tally } from '../testing/tally.ts';
import { untilAbandoned } from './abandoned.ts';
import { listParked } from './parked.ts';
import { projector } from './projector.ts';

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

async function said(count: number): Promise<bigint> {
  let last = 0n;
  for (let n = 0; n < count; n += 1) last = await bed.say(n % 9, `message ${n}`);
  return last;
}

describe('beside a newer program', () => {
  it('an older projector leaves the rows alone that the newer one has built', async () => {
    const older = start(bed.projector([tally()]));
    await bed.reaches(await said(30));
    const newer = start(bed.projector([tally({ version: 2 })]));
    const ended = older.done.then(
      () => 'stopped',
      (cause: Error) => cause.name,
    );
    await eventually(async () => {
      await said(9); // it hears of the newer rows when it would write beside them
      return (await Promise.race([ended, Promise.resolve('goes on')])) !== 'goes on';
    });
    expect(await ended).toBe('OtherVersion');
    const again = start(bed.projector([tally()])); // as its runner does
    await bed.reaches(await said(90));
    await Promise.all([again.stop(), newer.stop()]);
    const { lines } = await tallyRows(bed.tables);
    expect(lines.length).toBeGreaterThanOrEqual(129);
    expect(lines.filter(({ number, text }) => number > 1 && !text?.endsWith('version 2'))).toEqual(
      [],
    );
  });

  it('what an older projector could not read is tried again by the newer one', async () => {
    const opener = olderOpener('the newest way of saying');
    const older = start(projector({ ...bed, opener, projections: [tally()] }));
    await bed.say(1, 'before');
    await bed.say(1, 'the newest way of saying');
    await bed.say(1, 'after');
    await bed.reaches(await bed.say(2, 'elsewhere'));
    expect(await listParked(bed.tables, 10)).toMatchObject([{ key: conversation(1), waiting: 2 }]);
    await older.stop();
    const newer = start(bed.projector([tally()]));
    await bed.say(2, 'after the change');
    await eventually(async () => (await listParked(bed.tables, 10)).length === 0);
    await newer.stop();
    const { lines } = await tallyRows(bed.tables);
    const texts = lines.filter((line) => line.conversation_id === conversation(1));
    expect(texts.map(({ text }) => text)).toEqual(['before', 'the newest way of saying', 'after']);
  });
});

/** Of a program that does not know yet how such a text is said. */
function olderOpener(text: string): typeof openTextOpener {
  return {
    open: async (values) => {
      const opened = await openTextOpener.open(values);
      return opened.map((content, at) => {
        if (!values[at]?.includes(`"${text}"`) || content === null) return content;
        const { position } = content;
        const reason = `message-sent: version 2 ${ofNewerProgram}`;
        return { category: 'unreadable', position, reason } as const;
      });
    },
  };
}

describe('rows of a newer version', () => {
  /** Each wait passes at once, and may be answered with something that happens meanwhile. */
  function quickClock(meanwhile: (nowMs: number) => Promise<unknown>): Clock {
    let nowMs = 0;
    return {
      ...{ now: () => nowMs, turn: setImmediate },
      setTimer: (delayMs, run) => {
        nowMs += delayMs;
        meanwhile(nowMs).then(run, run);
        return () => undefined;
      },
    };
  }

  /** How long an older program waits, in ms of its clock; null while it would wait on. */
  async function waited(version: number, meanwhile: (nowMs: number) => Promise<unknown>) {
    const stopping = new AbortController();
    const clock = quickClock(async (nowMs) => {
      if (nowMs >= 300_000) stopping.abort();
      await meanwhile(nowMs);
    });
    await untilAbandoned({ ...bed, clock }, tally({ version }), stopping.signal);
    return stopping.signal.aborted ? null : clock.now();
  }

  beforeEach(async () => {
    const newer = start(bed.projector([tally({ version: 2 })]));
    await bed.reaches(await said(9));
    await newer.stop();
  });
  const nothing = async () => undefined;
  /** Says something and waits until it lies in the topic, where nobody brings it on. */
  const unheard = async () => {
    const ends = await bed.eventLog.ends(eventsTopic);
    await bed.say(1, 'unheard');
    await eventually(async () => String(await bed.eventLog.ends(eventsTopic)) !== String(ends));
  };

  it('are not waited for by the program that they belong to, nor by a newer one', async () => {
    await unheard();
    expect([await waited(2, nothing), await waited(3, nothing)]).toEqual([0, 0]);
  });

  it('are kept while there is nothing to bring', async () => {
    expect(await waited(1, nothing)).toBe(null);
  });

  it('are kept while somebody brings them what happens', async () => {
    await unheard();
    const keep = (nowMs: number) =>
      bed.tables.execute({
        text: 'update projector.checkpoint set next_offset = $1 where partition = 7',
        values: [String(nowMs)],
      });
    expect(await waited(1, keep)).toBe(null);
  });

  it('are given up once nobody has brought them anything for half a minute', async () => {
    await unheard();
    expect(await waited(1, nothing)).toBe(30_000);
  });
});
