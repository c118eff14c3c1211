import { beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import type { PersonView } from '../../projections/people/view.ts';
import { openKnownPeople } from './known-people.ts';

const ada = '0198c5c0-0000-7000-8000-00000000000a' as UserId;
const ben = '0198c5c0-0000-7000-8000-00000000000b' as UserId;
const cleo = '0198c5c0-0000-7000-8000-00000000000c' as UserId;

describe('the people whom a gateway knows', () => {
  let nowMs = 0;
  let asked: string[][] = [];
  let names: Record<string, string> = {};
  const open = (peopleMax = 10) =>
    openKnownPeople({
      ...{ now: () => nowMs, peopleMax, ageMsMax: 1_000 },
      read: async (ids) => {
        asked.push([...ids]);
        return new Map(ids.flatMap((id) => (names[id] ? [[id, personCalled(names[id])]] : [])));
      },
    });
  beforeEach(() => {
    nowMs = 0;
    asked = [];
    names = { [ada]: 'Ada', [ben]: 'Ben', [cleo]: 'Cleo' };
  });

  it('are read once, and several in one question', async () => {
    const people = open();
    const [first, second] = await people.loader.loadMany([ada, ben]);
    expect([first, second]).toEqual([personCalled('Ada'), personCalled('Ben')]);
    expect(await people.loader.load(ada)).toEqual(personCalled('Ada'));
    expect(asked).toEqual([[ada, ben]]);
  });

  it('are read anew after a change of theirs, and nobody else is', async () => {
    const people = open();
    await people.loader.loadMany([ada, ben]);
    names[ada] = 'Ada Lovelace';
    people.forget(ada);
    const found = await people.loader.loadMany([ada, ben]);
    expect(found).toEqual([personCalled('Ada Lovelace'), personCalled('Ben')]);
    expect(asked).toEqual([[ada, ben], [ada]]);
  });

  it('are all read anew when somebody comes into a conversation', async () => {
    const people = open();
    await people.loader.loadMany([ada, ben]);
    people.forgetAll();
    await people.loader.loadMany([ada, ben]);
    expect(asked).toHaveLength(2);
  });

  it('are forgotten when they were read too long ago', async () => {
    const people = open();
    await people.loader.load(ada);
    nowMs = 1_000;
    await people.loader.load(ada);
    expect(asked).toHaveLength(1);
    nowMs = 1_001;
    await people.loader.load(ada);
    expect(asked).toHaveLength(2);
  });

  it('are at most so many', async () => {
    const people = open(2);
    for (const person of [ada, ben, cleo]) await people.loader.load(person);
    await people.loader.load(cleo);
    await people.loader.load(ben);
    expect(asked).toHaveLength(3);
    await people.loader.load(ada);
    expect(asked).toHaveLength(4);
  });

  it('are asked for again after a question that failed', async () => {
    let fails = true;
    const people = openKnownPeople({
      ...{ now: () => 0, peopleMax: 10, ageMsMax: 1_000 },
      read: async (ids) => {
        if (fails) throw new Error('the tables are away');
        return new Map(ids.map((id) => [id, personCalled('Ada')]));
      },
    });
    await expect(people.loader.load(ada)).rejects.toThrow('away');
    fails = false;
    expect(await people.loader.load(ada)).toEqual(personCalled('Ada'));
  });
});

function personCalled(name: string): PersonView {
  return { name } as PersonView;
}
