import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEmbeddedPostgres } from '../../ops/adapters/tables/embedded.ts';
import { eventsPartitions } from '../../schemas/records/topics.ts';
import { conversation, eventually, openBed, recordsOf, start, tallyRows } from '../testing/bed.ts';
import { openTextOpener } from '../testing/open-text.ts';
import { tally } from '../testing/tally.ts';
import { openItems } from './open-items.ts';
import { ensureSchemas } from './schemas.ts';
import { openReadStore } from './store.ts';
import { liveTarget } from './target.ts';

it('shows no less after Postgres crashed alone than it had shown (law 5)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-crash-'));
  const postgres = { folder, poolMax: 4, statementTimeoutMs: 60_000 };
  {
    await using bed = await openBed({ openTables: () => openEmbeddedPostgres(postgres) });
    const { tables, clock, eventLog } = bed;
    const targets = [liveTarget(tally())];
    await ensureSchemas(tables, [tally()]);
    // What no commit flushes is not flushed by chance while we look.
    await tables.script(`alter system set wal_writer_delay = '10s'`);
    await tables.script('select pg_reload_conf()');
    const relaying = start(bed.relay());
    for (let number = 1; number <= 5; number += 1) await bed.say(1, `message ${number}`);
    const isSaid = async () =>
      (await recordsOf(eventLog)).filter(({ key }) => key === conversation(1)).length === 5;
    await eventually(isSaid);
    await relaying.stop();

    const store = await openReadStore({ tables, targets, partitions: eventsPartitions, clock });
    await store.apply(await openItems(openTextOpener, await recordsOf(eventLog)));
    const { lines } = await tallyRows(tables);
    expect(lines).toHaveLength(5);
    process.kill(postmasterOf(folder), 'SIGKILL');
    const isHealthy = async () => (await tables.health()).ok;
    await expect.poll(isHealthy, { timeout: 10_000 }).toBe(false);
    await expect.poll(isHealthy, { timeout: 60_000 }).toBe(true);
    expect((await tallyRows(tables)).lines).toEqual(lines);
  }
  rmSync(folder, { recursive: true, force: true });
});

function postmasterOf(folder: string): number {
  return Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}
