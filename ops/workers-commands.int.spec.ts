import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followProgress } from '../projections/progress.ts';
import { eventsPartitions } from '../schemas/records/topics.ts';
import type { Bed } from '../workers/testing/bed.ts';
import { conversation, openBed, start } from '../workers/testing/bed.ts';
import { openTextOpener } from '../workers/testing/open-text.ts';
import { tally } from '../workers/testing/tally.ts';
import { parkedCommand } from './parked-command.ts';
import { rebuildCommand } from './rebuild-command.ts';

let bed: Bed;
let workers: readonly ReturnType<typeof start>[];
beforeEach(async () => {
  bed = await openBed();
  workers = [start(bed.relay()), start(bed.projector([tally()]))];
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await bed[Symbol.asyncDispose]();
});

async function reaches(position: bigint) {
  const progress = await followProgress({ ...bed, partitions: eventsPartitions });
  await progress.waitFor(position, { timeoutMs: 20_000 });
  await progress[Symbol.asyncDispose]();
}

/** What a command printed, and its exit code. */
async function parked(args: string, projections = [tally()]) {
  const written: string[] = [];
  const machines = async () => ({ tables: bed.tables, opener: openTextOpener, projections });
  const out = { write: (text: string) => void written.push(text) };
  const code = await parkedCommand({ args: args.split(' ').filter(Boolean), machines, out });
  return { code, text: written.join('') };
}

async function rebuilt(args: readonly string[], isTTY: boolean) {
  const written: string[] = [];
  const { eventLog, tables, clock, newId } = bed;
  const code = await rebuildCommand({
    args,
    projections: [tally()],
    machines: async () => ({ eventLog, tables, clock, newId, opener: openTextOpener }),
    signal: new AbortController().signal,
    out: { write: (text: string) => void written.push(text), isTTY },
  });
  return { code, text: written.join('') };
}

describe('npm run parked', () => {
  it('lists, shows, retries and drops, and quotes nobody', async () => {
    const key = conversation(1);
    expect((await parked('')).text).toBe('Nothing is parked.\n');
    await bed.say(1, 'poison in the rules');
    await reaches(await bed.say(1, 'waits behind it'));
    const listed = await parked('list');
    expect(listed.text).toContain(`tally ${key}: 2 events since`);
    expect(listed.text).toContain('TypeError at workers/testing/tally.ts');
    const shown = await parked(`show tally ${key}`);
    expect(shown.text).toContain('waits behind the one before');
    expect(listed.text + shown.text).not.toContain('poison');
    expect(await parked('retry --all')).toMatchObject({ code: 1 });
    const mended = await parked(`retry tally ${key}`, [tally({ mended: true })]);
    expect(mended).toEqual({ code: 0, text: `tally ${key}: 2 events applied.\n` });
    await reaches(await bed.say(2, 'poison in the tables'));
    const dropped = await parked(`drop tally ${conversation(2)} --because spam`);
    expect(dropped.code).toBe(0);
    expect((await parked('')).text).toBe('Nothing is parked.\n');
  });
});

describe('npm run rebuild', () => {
  it('draws a bar on a terminal, plain lines elsewhere, and tells what it compared', async () => {
    let last = 0n;
    for (let n = 0; n < 20; n += 1) last = await bed.say(n % 3, `message ${n}`);
    await reaches(last);
    const plain = await rebuilt(['tally'], false);
    expect(plain.code).toBe(0);
    expect(plain.text).toContain('line: 20 rows, equal');
    expect(plain.text).toContain('and switched.');
    expect(plain.text).not.toContain('\r');
    expect((await rebuilt(['tally'], true)).text).toContain('[########################]');
  });

  it('keeps the live rows and says which differ when it is asked to', async () => {
    await reaches(await bed.say(1, 'right'));
    await bed.tables.execute({ text: `update tally.line set text = 'forged'`, values: [] });
    const kept = await rebuilt(['tally', '--keep-on-difference'], false);
    expect(kept.code).toBe(2);
    expect(kept.text).toContain(`line: DIFFERS, 1 rows live, 1 built anew; first keys:`);
    expect(kept.text).toContain(`${conversation(1)} 1`);
  });
});
