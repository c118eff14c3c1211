import { expect, it } from 'vitest';
import type { IndexChange, PersonDocument } from '../port.ts';
import type { Opened } from './documents.ts';
import { all, newWord } from './documents.ts';

/** People and conversations are found by their names, as one types. */
export function namesContract(opened: () => Opened): void {
  const people = { index: 'people', at: 'serving' } as const;
  const conversations = { index: 'conversations', at: 'serving' } as const;
  const person = (id: string, displayName: string, handle: string | null = null) =>
    ({ of: 'person', id, version: 1n, displayName, handle }) satisfies PersonDocument;
  const meet = async (...documents: readonly PersonDocument[]): Promise<void> => {
    const changes = documents.map((document): IndexChange => ({ kind: 'put', document }));
    await opened().search.apply(people, changes);
    await opened().refresh();
  };
  const find = async (text: string) =>
    (await opened().search.findPeople({ text, first: 50 })).hits.map(({ userId }) => userId);

  it('finds people by display name and by handle, as one types', async () => {
    const [family, handle] = [newWord(), newWord()];
    const id = newWord();
    await meet(person(id, `Zoë ${family}`, handle));
    for (let typed = 6; typed <= family.length; typed += 1) {
      expect(await find(family.slice(0, typed))).toEqual([id]);
    }
    expect(await find(`zoe ${family.slice(0, 8)}`)).toEqual([id]);
    expect(await find(`@${handle.slice(0, 8)}`)).toEqual([id]);
    const shown = async (text: string) =>
      (await opened().search.findPeople({ text, first: 1 })).hits[0]?.highlights;
    expect(await shown(family)).toEqual([
      { text: 'Zoë ', found: false },
      { text: family, found: true },
    ]);
    expect(await shown(handle)).toEqual([{ text: handle, found: true }]);
  });

  it('has whole names first, then by name, whatever the page', async () => {
    const family = newWord();
    const ids = ['c', 'b', 'a', 'd'].map((letter) => `${letter}-${family}`);
    await meet(
      person(ids[0] ?? '', `Cem ${family}`),
      person(ids[1] ?? '', `Bea ${family}s`),
      person(ids[2] ?? '', `Äda ${family}s`),
      person(ids[3] ?? '', `Dan ${family}`),
    );
    const expected = [ids[0], ids[3], ids[2], ids[1]];
    expect(await find(family)).toEqual(expected);
    const paged: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const found = await opened().search.findPeople({ text: family, first: 1, after });
      paged.push(...found.hits.map(({ userId }) => userId));
      after = found.hits.at(-1)?.cursor;
      more = found.more;
    }
    expect(paged).toEqual(expected);
  });

  it('forgets a name that was changed, and a person who is gone', async () => {
    const [before, now, id] = [newWord(), newWord(), newWord()];
    await meet(person(id, before), { ...person(id, now), version: 2n });
    expect([await find(before), await find(now)]).toEqual([[], [id]]);
    await opened().search.apply(people, [{ kind: 'remove', id, version: 3n }]);
    await meet({ ...person(id, now), version: 2n });
    expect(await find(now)).toEqual([]);
    const ids = (await all(opened().search.documents(people))).map((document) => document.id);
    expect(ids).not.toContain(id);
  });

  it('finds conversations by title, only among those named', async () => {
    const word = newWord();
    const ids = [newWord(), newWord(), newWord()];
    const changes = ids.map((id, at): IndexChange => {
      const title = `Holidays ${at} ${word}`;
      return { kind: 'put', document: { of: 'conversation', id, version: 1n, title } };
    });
    await opened().search.apply(conversations, changes);
    await opened().refresh();
    const among = async (within: readonly string[]) => {
      const query = { text: `holidays ${word.slice(0, 9)}`, first: 10, within };
      const { hits } = await opened().search.findConversations(query);
      return hits.map(({ conversationId }) => conversationId);
    };
    expect(await among([ids[0] ?? '', ids[2] ?? ''])).toEqual([ids[0], ids[2]]);
    expect(await among([])).toEqual([]);
    const many = Array.from({ length: 5_000 }, () => newWord());
    expect(await among([...many, ids[1] ?? ''])).toEqual([ids[1]]);
  });
}
