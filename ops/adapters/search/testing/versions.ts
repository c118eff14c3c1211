import { expect, it } from 'vitest';
import type { IndexChange } from '../port.ts';
import type { Opened } from './documents.ts';
import { all, messages, newRoom } from './documents.ts';

/** Documents only move forward, whatever comes late, twice, or in whatever order. */
export function versionsContract(opened: () => Opened): void {
  const apply = async (...changes: readonly IndexChange[]): Promise<void> => {
    await opened().search.apply(messages, changes);
    await opened().refresh();
  };

  it('shows the newest version, and none that comes after it', async () => {
    const room = newRoom(opened);
    await apply(room.put(1, 'first', { version: 5n }));
    await apply(room.put(1, 'second', { version: 9_007_199_254_740_993n }));
    await apply(room.put(1, 'late', { version: 9_007_199_254_740_992n }));
    await apply(room.put(1, 'first', { version: 5n }));
    expect(await room.find('first')).toEqual([]);
    expect(await room.find('late')).toEqual([]);
    expect(await room.find('second')).toEqual([1]);
    const documents = await all(opened().search.documents(messages));
    expect(documents.filter(({ id }) => id === `${room.id}:1`)).toEqual([
      room.message(1, 'second', { version: 9_007_199_254_740_993n }),
    ]);
  });

  it('keeps what was removed removed, over every repeat of what came before', async () => {
    const room = newRoom(opened);
    await apply(room.put(1, 'secret', { version: 3n }), room.remove(1, 7n));
    await apply(room.put(1, 'secret', { version: 3n }));
    await apply(room.put(1, 'secret', { version: 6n }), room.put(1, 'secret', { version: 7n }));
    expect(await room.find('secret')).toEqual([]);
    const ids = (await all(opened().search.documents(messages))).map(({ id }) => id);
    expect(ids).not.toContain(`${room.id}:1`);
    await apply(room.put(1, 'again', { version: 8n }));
    expect(await room.find('again')).toEqual([1]);
    await apply(room.remove(1, 7n));
    expect(await room.find('again')).toEqual([1]);
  });

  it('remembers the removal of what was never there', async () => {
    const room = newRoom(opened);
    await apply(room.remove(1, 7n));
    await apply(room.put(1, 'secret', { version: 6n }));
    expect(await room.find('secret')).toEqual([]);
  });

  it('comes to the newest within one batch too, in any order', async () => {
    const room = newRoom(opened);
    await apply(
      room.put(1, 'third', { version: 3n }),
      room.put(1, 'first', { version: 1n }),
      room.put(2, 'there', { version: 1n }),
      room.remove(2, 3n),
      room.put(2, 'late', { version: 2n }),
      room.put(1, 'third', { version: 3n }),
    );
    expect(await room.find('third')).toEqual([1]);
    expect(await room.find('first')).toEqual([]);
    expect([...(await room.find('there')), ...(await room.find('late'))]).toEqual([]);
  });

  it('finds by the words of now, and no longer by those of before', async () => {
    const room = newRoom(opened);
    await room.say('a walnut', 'a walnut');
    await apply(room.put(1, 'a hazelnut', { version: 100n }));
    expect(await room.find('walnut')).toEqual([2]);
    expect(await room.find('hazelnut')).toEqual([1]);
  });
}
