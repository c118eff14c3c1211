import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tables } from '../../adapters/tables/port.ts';
import { openWeather } from '../faults.ts';
import type { Life } from '../life.ts';
import { openLife } from '../life.ts';
import { openRandom } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { openScheduler } from '../scheduler.ts';
import type { Databases } from './databases.ts';
import { openDatabases } from './databases.ts';
import type { SimulatedTables } from './tables.ts';
import { openSimulatedTables } from './tables.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases[Symbol.asyncDispose]());

const sql = (text: string, values: readonly unknown[] = []) => ({ text, values });

describe('the simulated tables', () => {
  let scheduler: Scheduler;
  let simulated: SimulatedTables;
  beforeEach(async () => {
    scheduler = openScheduler();
    const random = openRandom('tables');
    const weather = openWeather(new Set(), random);
    const now = () => 86_400_000 + scheduler.now();
    simulated = await openSimulatedTables({ scheduler, random, weather, now, databases });
    await run(open('maker').tables.script('create table note (id int primary key, text text)'));
    return () => simulated.close();
  });
  const open = (name: string): { readonly life: Life; readonly tables: Tables } => {
    const life = openLife(name, scheduler);
    return { life, tables: simulated.seenBy(life) };
  };
  const run = (work: Promise<unknown>) => {
    let over = false;
    const done = () => {
      over = true;
    };
    work.then(done, done);
    return scheduler.run(() => over || scheduler.now() > 60_000);
  };
  const notes = async () => {
    const rows = await simulated
      .database()
      .tables.query<{ text: string }>(sql('select text from note order by id'));
    return rows.map(({ text }) => text);
  };
  const write = (tables: Tables, id: number, text: string) =>
    tables.execute(sql('insert into note values ($1, $2)', [id, text]));

  it('go by the simulation’s clock', async () => {
    const { tables } = open('reader');
    const day = tables.query<{ day: string }>(
      sql(`select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD') as day`),
    );
    await run(day);
    expect((await day)[0]?.day).toBe('1970-01-02');
  });

  it('let a statement wait for a lock while everything else goes on', async () => {
    const [one, two] = [open('one').tables, open('two').tables];
    await run(write(one, 1, ''));
    const told: string[] = [];
    const add = (tables: Tables, name: string, pauseMs: number) =>
      tables.transaction(async (tx) => {
        await tx.execute(sql('update note set text = text || $1 where id = 1', [name]));
        told.push(`${name} has it`);
        await new Promise<void>((resolve) => scheduler.at(pauseMs, resolve));
        told.push(`${name} ends`);
      });
    const both = Promise.all([add(one, 'a', 500), add(two, 'b', 500)]);
    scheduler.at(300, () => void told.push('meanwhile'));
    await run(both);
    const [first, second] = told[0] === 'a has it' ? ['a', 'b'] : ['b', 'a'];
    const order = [`${first} has it`, 'meanwhile', `${first} ends`, `${second} has it`];
    expect(told).toEqual([...order, `${second} ends`]);
    expect(await notes()).toEqual([`${first}${second}`]);
  });

  it('undo the transaction of a process that ends, and let go on who waited for it', async () => {
    const [dies, lives] = [open('dies'), open('lives')];
    void dies.tables.transaction(async (tx) => {
      await tx.execute(sql(`insert into note values (1, 'lost')`));
      await new Promise(() => undefined);
    });
    scheduler.at(100, dies.life.end);
    const waits = new Promise<void>((resolve) => {
      scheduler.at(50, async () => void write(lives.tables, 1, 'kept').then(() => resolve()));
    });
    await run(waits);
    expect(await notes()).toEqual(['kept']);
  });

  it('lose at a power cut only commits that nobody waited for', async () => {
    const { tables } = open('writer');
    const carelessly = (id: number) =>
      tables.transaction(async (tx) => {
        await tx.query(sql(`select set_config('synchronous_commit', 'off', true)`));
        await tx.execute(sql(`insert into note values ($1, 'careless')`, [id]));
      });
    await run(carelessly(1));
    await run(write(tables, 2, 'waited for')); // takes along what was before it
    await run(carelessly(3));
    expect(await notes()).toEqual(['careless', 'waited for', 'careless']);
    await simulated.cutPower();
    expect(await notes()).toEqual(['careless', 'waited for']);
  });
});
