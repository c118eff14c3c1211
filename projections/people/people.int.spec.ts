import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../domain/account/events.ts';
import type { UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { ada, bob, cleo, noonMs } from '../../domain/testing/people.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { applyOneByOne, emptyTables, makeTables } from '../testing/one-by-one.ts';
import { people } from './people.ts';
import { peopleByIds, peopleChangedAfter, personByHandle, unknownPeople } from './read.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await makeTables(tables, people);
});
afterEach(() => emptyTables(tables, people));
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const registered = (name: string | null, handle?: string): AccountEvent => ({
  ...{ type: 'registered', kind: 'person', name, handle, origin: 'registration' },
});
const told = (...events: readonly (readonly [UserId, AccountEvent])[]) =>
  applyOneByOne(
    tables,
    people,
    events.map(
      ([userId, event], at): ParleyEvent => ({
        ...{ category: 'account', userId, event, recordedAtMs: noonMs },
        ...{ id: userId, revision: at, position: BigInt(at + 1) },
      }),
    ),
  );
const one = async (userId: UserId) => (await peopleByIds(tables, [userId])).get(userId);

describe('a person', () => {
  it('is as her newest profile says', async () => {
    const fields = [{ label: 'Boat', value: 'Heron' }];
    await told(
      [ada, registered('Ada', 'ada')],
      [ada, { type: 'profile-changed', about: 'Sails', fields }],
      [ada, { type: 'profile-changed', name: 'Ada L.' }],
    );
    expect(await one(ada)).toMatchObject({
      ...{ name: 'Ada L.', handle: 'ada', about: 'Sails', fields, imported: false, position: 3n },
    });
    await told([ada, registered('Ada', 'ada')]);
    expect((await one(ada))?.name).toBe('Ada L.');
  });

  it('takes her about and handle away with an empty one', async () => {
    await told(
      [ada, registered('Ada', 'ada')],
      [ada, { type: 'profile-changed', handle: '', about: '' }],
    );
    expect(await one(ada)).toMatchObject({ handle: null, about: null });
    expect(await personByHandle(tables, 'ada')).toBeNull();
  });

  it('has no name where the key that could open it is gone', async () => {
    const fields = [{ label: null, value: null }];
    await told([ada, registered(null)], [ada, { type: 'profile-changed', fields }]);
    expect(await one(ada)).toMatchObject({ name: null, fields });
  });

  it('is found by a handle that another gave up', async () => {
    await told([ada, registered('Ada', 'sailor')], [bob, registered('Bob', 'sailor')]);
    expect((await personByHandle(tables, 'sailor'))?.userId).toBe(bob);
  });
});

describe('many people', () => {
  it('are asked for at once, and those who are nobody are told', async () => {
    await told([ada, registered('Ada')], [bob, registered('Bob')]);
    expect([...(await peopleByIds(tables, [ada, bob, cleo])).keys()].sort()).toEqual([ada, bob]);
    expect(await unknownPeople(tables, [ada, cleo])).toEqual([cleo]);
  });

  it('who changed in a span come in order of their changes', async () => {
    await told([ada, registered('Ada')], [bob, registered('Bob')], [cleo, registered('Cleo')]);
    const span = { userIds: [ada, bob, cleo], after: 1n, upTo: 3n, rowsMax: 9 };
    const changed = await peopleChangedAfter(tables, span);
    expect(changed.map(({ userId }) => userId)).toEqual([bob, cleo]);
  });
});
