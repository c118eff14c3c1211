import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BudgetOptions } from './budget.ts';
import { searchContract } from './contract.ts';
import { openEmbeddedSearch } from './embedded.ts';
import { SearchUnavailable } from './port.ts';
import type { Opened } from './testing/documents.ts';
import { all, messages, newRoom } from './testing/documents.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'parley-search-'));

function openIn(folder: string, budget?: BudgetOptions): Opened {
  const search = openEmbeddedSearch({ path: join(folder, 'search.db'), budget });
  return {
    search,
    refresh: async () => undefined,
    dispose: async () => {
      await search[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const brief = { budgetMs: 0, rowsBetween: 3 };
searchContract('embedded', async (how) => openIn(newFolder(), how && brief));

describe('the file of the embedded search', () => {
  it('holds everything when it is opened again', async () => {
    const folder = newFolder();
    const before = openIn(folder);
    const room = newRoom(() => before);
    await before.search.prepare('messages', 1);
    await room.say('a durable olive', 'another olive');
    await before.search.apply(messages, [room.remove(2, 9n)]);
    await before.search[Symbol.asyncDispose]();

    const after = openIn(folder);
    const again = { text: 'olive', within: room.within, order: 'newest', first: 9 } as const;
    expect(await after.search.prepare('messages', 1)).toEqual({ kind: 'serving' });
    await after.search.apply(messages, [room.put(2, 'another olive')]);
    const { hits } = await after.search.findMessages(again);
    expect(hits.map(({ number }) => number)).toEqual([1]);
    expect(await all(after.search.documents(messages))).toHaveLength(1);
    await after.dispose();
  });

  it('lies in files that nobody else may read: what people write is open in them', async () => {
    const folder = newFolder();
    const opened = openIn(folder);
    await opened.search.prepare('messages', 1);
    for (const name of ['search.db', 'search.db-wal']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    await opened.dispose();
  });

  it('says in a sentence what to do when it is damaged, and what is asked is refused', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'search.db'), 'not a database at all'.repeat(1_000));
    const { search, dispose } = openIn(folder);
    const prepared = search.prepare('messages', 1);
    await expect(prepared).rejects.toBeInstanceOf(SearchUnavailable);
    expect(await search.health()).toEqual({
      ok: false,
      reason: expect.stringMatching(/search\.db cannot be used \(.*delete it/),
    });
    await dispose();
  });

  it('answers searches while a large batch is taken in', async () => {
    const opened = openIn(newFolder());
    const room = newRoom(() => opened);
    await opened.search.prepare('messages', 1);
    await room.say('first olive');
    let isApplied = false;
    const changes = Array.from({ length: 5_000 }, (_, at) => room.put(at + 2, `olive ${at}`));
    const applied = opened.search.apply(messages, changes).then(() => {
      isApplied = true;
    });
    await room.find('first');
    expect(isApplied).toBe(false);
    await applied;
    await opened.dispose();
  });

  it('refuses what is asked when it is closed, or when too much waits', async () => {
    const folder = newFolder();
    const search = openEmbeddedSearch({ path: join(folder, 'search.db'), waitingMax: 1 });
    const asked = await Promise.allSettled([search.prepare('messages', 1), search.health()]);
    expect(asked[1]).toMatchObject({ value: { ok: false, reason: expect.stringMatching(/much/) } });
    await search[Symbol.asyncDispose]();
    await expect(search.prepare('messages', 1)).rejects.toBeInstanceOf(SearchUnavailable);
    rmSync(folder, { recursive: true, force: true });
  });
});
