import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../ops/adapters/tables/migrate.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { workersMigrations } from '../migrations.ts';
import {
  ensureCheckpoints,
  leaveLostLog,
  readCheckpoints,
  writeCheckpoints,
} from './checkpoints.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, workersMigrations);
});
afterAll(() => tables[Symbol.asyncDispose]());
beforeEach(async () => {
  await tables.execute({ text: 'delete from projector.checkpoint', values: [] });
  await ensureCheckpoints(tables, ['inbox'], 2);
});

const stand = (partition: number, nextOffset: number) =>
  writeCheckpoints(tables, [
    { projection: 'inbox', partition, nextOffset, position: 7n, generation: 0 },
  ]);
async function places(): Promise<readonly (number | undefined)[]> {
  const found = (await readCheckpoints(tables, ['inbox'])).get('inbox');
  return [0, 1].map((partition) => found?.get(partition)?.nextOffset);
}

describe('a place in a log that was lost', () => {
  it('is left for the beginning of the new one, and its position is kept', async () => {
    await stand(0, 100);
    await stand(1, 5);
    await leaveLostLog(tables, async () => [3, 5]);
    expect(await places()).toEqual([0, 5]);
    const kept = (await readCheckpoints(tables, ['inbox'])).get('inbox')?.get(0);
    expect(kept?.position).toBe(7n);
  });

  it('is none that another process moves on while the ends are looked up', async () => {
    await stand(0, 100);
    await leaveLostLog(tables, async () => {
      await stand(0, 101); // the log had grown to 101 by then
      return [101, 0];
    });
    expect(await places()).toEqual([101, 0]);
  });

  it('is left to whoever has moved it meanwhile', async () => {
    await stand(0, 100);
    await leaveLostLog(tables, async () => {
      await stand(0, 2); // another start has found it lost, and the projector has gone on
      return [3, 0];
    });
    expect(await places()).toEqual([2, 0]);
  });
});
