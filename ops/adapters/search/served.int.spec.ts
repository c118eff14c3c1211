import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveRpc } from '../../rpc/server.ts';
import { searchContract } from './contract.ts';
import { openEmbeddedSearch } from './embedded.ts';
import { SearchUnavailable } from './port.ts';
import { serveSearch } from './serve.ts';
import { openServedSearch } from './served.ts';
import { all, messages, newRoom } from './testing/documents.ts';

async function open(how?: 'brief') {
  const budget = how && { budgetMs: 0, rowsBetween: 3 };
  const folder = mkdtempSync(join(tmpdir(), 'parley-search-'));
  const socket = join(folder, 'engines.sock');
  const host = async () => {
    const held = openEmbeddedSearch({ path: join(folder, 'search.db'), budget });
    const server = await serveRpc(socket, serveSearch(held));
    return async (): Promise<void> => {
      await server[Symbol.asyncDispose]();
      await held[Symbol.asyncDispose]();
    };
  };
  let close = await host();
  const search = openServedSearch({ path: socket });
  return {
    search,
    socket,
    refresh: async () => undefined,
    restart: async () => {
      await close();
      close = await host();
    },
    end: () => close(),
    dispose: async () => {
      await search[Symbol.asyncDispose]();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

searchContract('served by another process', open);

describe('a search whose process restarts', () => {
  it('goes on by itself, with everything that it held', async () => {
    const opened = await open();
    const room = newRoom(() => opened);
    await opened.search.prepare('messages', 1);
    await room.say('an olive');
    await opened.restart();
    expect(await room.find('olive')).toEqual([1]);
    await opened.dispose();
  });

  it('says in time that nobody answers', async () => {
    const opened = await open();
    await opened.end();
    await using search = openServedSearch({ path: opened.socket, callMs: 200 });
    const asked = search.findPeople({ text: 'ada', first: 1 });
    await expect(asked).rejects.toBeInstanceOf(SearchUnavailable);
    await expect(all(search.documents(messages))).rejects.toBeInstanceOf(SearchUnavailable);
    expect(await search.health()).toMatchObject({ ok: false });
    await opened.dispose();
  });
});
