import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../domain/account/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { groupStarted, sent } from '../../domain/testing/conversation.ts';
import { ada, bob, noonMs } from '../../domain/testing/people.ts';
import type { Search } from '../../ops/adapters/search/port.ts';
import { projections, searchProjections } from '../../projections/all.ts';
import { conversationOf, recorder } from '../../projections/testing/history.ts';
import type { SwitchedSearch } from '../../projections/testing/search-drivers.ts';
import { searchDrivers, switched } from '../../projections/testing/search-drivers.ts';
import { ofNewerProgram } from '../../schemas/events/codec.ts';
import { readModels } from '../projector/checkpoints.ts';
import { listParked, retryParked } from '../projector/parked.ts';
import type { Bed } from '../testing/bed.ts';
import { eventually, openBed, start } from '../testing/bed.ts';
import { openTextOpener } from '../testing/open-text.ts';
import {
  documentsOf,
  indexerOn,
  projectorOn,
  tell,
  tellUnreadable,
} from '../testing/search-bed.ts';
import { startWorkers } from '../worker.ts';
import { indexesToMend } from './destination.ts';

let bed: Bed;
let search: SwitchedSearch;
let projecting: ReturnType<typeof start>;
let { history, said } = recorder();
beforeEach(async () => {
  bed = await openBed();
  projecting = start(projectorOn(bed));
  ({ history, said } = recorder());
});
afterEach(async () => {
  await projecting.stop();
  await search[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const room = conversationOf(1);
const other = conversationOf(2);

/** Writes down what is new since the last time, and puts it into the topic. */
let told = 0;
async function tellAll(): Promise<void> {
  if (told > history.length) told = 0;
  const fresh = history.slice(told);
  told = history.length;
  await tell(bed, fresh);
}
beforeEach(() => {
  told = 0;
});

function started(conversationId: ConversationId = room): void {
  said(conversationId, groupStarted([bob]));
}
function account(userId: UserId, event: AccountEvent): void {
  const position = BigInt((history.length + 1) * 10);
  const known = { id: `a${position}`, revision: Number(position), recordedAtMs: noonMs, position };
  history.push({ ...known, category: 'account', userId, event });
}
function edited(number: number, text: string, conversationId = room): void {
  said(conversationId, { type: 'message-edited', number, by: ada, contentTag: text, text });
}

async function texts(of: Search = search): Promise<readonly string[]> {
  const found = await documentsOf(of, 'messages');
  return found.map((document) => (document.of === 'message' ? document.text : ''));
}
const holds = (expected: readonly string[]) =>
  eventually(async () => JSON.stringify(await texts()) === JSON.stringify(expected));

describe.each(searchDrivers)('the indexer on $driver', ({ open }) => {
  const openAnew = async () => {
    search = switched(open());
    for (const { index, version } of searchProjections) await search.prepare(index, version);
  };
  beforeEach(openAnew);

  it('makes found what is said, as it was edited last, until it is deleted', async () => {
    const running = start(indexerOn(bed, search));
    started();
    said(room, sent(1, ada, 'tide'), sent(2, bob, 'ebb'), sent(3, bob, 'flood'));
    await tellAll();
    await holds(['tide', 'ebb', 'flood']);
    edited(1, 'high tide');
    said(room, { type: 'message-deleted', number: 2, by: bob });
    said(room, { type: 'reaction-added', number: 3, by: ada, emoji: '👍' });
    await tellAll();
    await holds(['high tide', 'flood']);
    await running.stop();
    expect((await documentsOf(search, 'messages')).map((one) => 'has' in one && one.has)).toEqual([
      [],
      ['reaction'],
    ]);
  });

  it('knows people by name and handle as they are now, and conversations by title', async () => {
    const running = start(indexerOn(bed, search));
    account(ada, {
      ...{ type: 'registered', kind: 'person', name: 'Ada', handle: 'ada', origin: 'registration' },
    });
    account(bob, {
      ...{ type: 'registered', kind: 'person', name: 'Bob', handle: undefined },
      origin: 'registration',
    });
    account(ada, { type: 'profile-changed', name: 'Ada L.' });
    account(ada, { type: 'profile-changed', about: 'Sails' });
    started();
    said(room, { type: 'details-changed', by: ada, title: 'Quay' });
    await tellAll();
    await eventually(async () => (await documentsOf(search, 'conversations')).length === 1);
    await eventually(async () => (await documentsOf(search, 'people')).length === 2);
    await running.stop();
    expect(await documentsOf(search, 'people')).toMatchObject([
      { id: ada, displayName: 'Ada L.', handle: 'ada', version: 30n },
      { id: bob, displayName: 'Bob', handle: null },
    ]);
    expect(await documentsOf(search, 'conversations')).toMatchObject([{ id: room, title: 'Quay' }]);
  });

  it('finds nothing of what was erased', async () => {
    const running = start(indexerOn(bed, search));
    started();
    said(room, sent(1, ada, 'secret'), { ...sent(2, ada), text: null }, sent(3, bob, 'last'));
    said(room, { type: 'message-edited', number: 1, by: ada, contentTag: 't', text: null });
    await tellAll();
    await holds(['last']);
    await running.stop();
  });

  it('loses nothing while the engine is away, and finds all of it afterwards', async () => {
    const { clock } = bed;
    const runner = startWorkers({
      ...{ workers: [indexerOn(bed, search)], clock, chance: () => 0.5, firstDelayMs: 1 },
      delayMsMax: 5,
    });
    started();
    said(room, sent(1, ada, 'before'));
    await tellAll();
    await holds(['before']);
    search.away = true;
    said(room, sent(2, ada, 'meanwhile'));
    edited(1, 'edited meanwhile');
    await tellAll();
    await eventually(() => (runner.health()[0]?.restarts ?? 0) > 2);
    expect(runner.health()[0]?.lastError).toBe('SearchUnavailable');
    search.away = false;
    await holds(['edited meanwhile', 'meanwhile']);
    expect(await listParked(bed.tables, 10)).toEqual([]);
    await runner.stop();
  });

  it('says again what it could not note down, and nothing is there twice', async () => {
    started();
    said(room, sent(1, ada, 'tide'), sent(2, bob, 'ebb'));
    await tellAll();
    const failing: Bed = {
      ...bed,
      tables: {
        ...bed.tables,
        transaction: (work) =>
          bed.tables.transaction(async (tx) => {
            await work(tx);
            throw new Error('killed before it is noted down');
          }),
      },
    };
    await expect(start(indexerOn(failing, search)).done).rejects.toThrow('killed');
    expect(search.applied()).toBeGreaterThan(0);
    const running = start(indexerOn(bed, search));
    await holds(['tide', 'ebb']);
    await running.stop();
  });

  it('puts a bad event aside with what follows in its key, and goes on with others', async () => {
    const running = start(indexerOn(bed, search));
    started();
    started(other);
    said(room, sent(1, ada, 'tide'));
    await tellAll();
    await holds(['tide']);
    said(room, sent(2, ada, 'bad'));
    const bad = history.at(-1) as ParleyEvent;
    await tellUnreadable(bed, bad);
    told = history.length;
    said(room, sent(3, ada, 'behind'));
    said(other, sent(1, ada, 'elsewhere'));
    await tellAll();
    await holds(['tide', 'elsewhere']);
    await eventually(async () => (await listParked(bed.tables, 10)).length >= 2);
    const parked = await listParked(bed.tables, 10);
    const ours = parked.filter(({ projection }) => projection === 'message-search@index');
    expect(ours).toMatchObject([{ key: room, waiting: 2, reason: 'no codec reads it' }]);
    await bed.tables.execute({
      text: `update projector.parked set value = replace(value, '"not readable"', $1)
             where position = $2`,
      values: [JSON.stringify(sent(2, ada, 'mended')), String(bad.position)],
    });
    const indexes = indexesToMend({ search, tables: bed.tables }, searchProjections);
    const place = { projection: 'message-search@index', key: room };
    const mending = { tables: bed.tables, opener: openTextOpener, projections, indexes };
    expect(await retryParked(mending, place)).toEqual({ kind: 'all-applied', events: 2 });
    await holds(['tide', 'mended', 'behind', 'elsewhere']);
    await running.stop();
  });

  it('tries again what an older program parked, once this one can read it', async () => {
    const older = start(indexerOn(bed, search));
    started();
    said(room, sent(1, ada, 'tide'));
    await tellAll();
    said(room, sent(2, ada, 'bad'));
    const newest = history.at(-1) as ParleyEvent;
    await tellUnreadable(bed, newest);
    told = history.length;
    const parkedKeys = async () =>
      (await readModels(bed.tables)).find(({ name }) => name === 'message-search@index')
        ?.parkedKeys;
    await eventually(async () => (await parkedKeys()) === 1n);
    await older.stop();
    await bed.tables.execute({
      text: `update projector.parked set value = replace(value, '"not readable"', $1)
             where position = $2`,
      values: [JSON.stringify(sent(2, ada, 'newly said')), String(newest.position)],
    });
    await bed.tables.execute({
      text: 'update projector.parked_key set reason = $1',
      values: [`message-sent: version 2 ${ofNewerProgram}`],
    });
    const newer = start(indexerOn(bed, search));
    said(other, sent(1, ada, 'elsewhere'));
    await tellAll();
    await holds(['tide', 'newly said', 'elsewhere']);
    expect(await parkedKeys()).toBe(0n);
    await newer.stop();
  });

  it('goes on with others while the read models of one are behind', async () => {
    expect(bed.partitionOf(room)).not.toBe(bed.partitionOf(other));
    const running = start(indexerOn(bed, search));
    started();
    started(other);
    said(room, sent(1, ada, 'tide'));
    await tellAll();
    await holds(['tide']);
    await projecting.stop();
    edited(1, 'high tide');
    await tellAll();
    said(other, sent(1, ada, 'elsewhere'));
    said(room, sent(2, ada, 'behind the edit'));
    await tellAll();
    await holds(['tide', 'elsewhere']);
    projecting = start(projectorOn(bed));
    await holds(['high tide', 'behind the edit', 'elsewhere']);
    await running.stop();
  });

  it('leaves a message found as it is while its row is parked, until that is mended', async () => {
    const running = start(indexerOn(bed, search));
    started();
    said(room, sent(1, ada, 'tide'), sent(2, ada, 'unkept\u0000'));
    edited(1, 'high tide');
    said(room, { type: 'reaction-added', number: 2, by: ada, emoji: '👍' });
    await tellAll();
    const parked = () => listParked(bed.tables, 10);
    const ours = async () =>
      (await parked()).find(({ projection }) => projection === 'message-search@index');
    await eventually(async () => (await ours())?.waiting === 2);
    expect((await ours())?.reason).toMatch(/^RowsParked/);
    expect(await texts()).toEqual(['tide', 'unkept\u0000']);
    await bed.tables.execute({
      text: `update projector.parked set value = replace(value, $1, '') where projection <> $2`,
      values: ['\\u0000', 'message-search@index'],
    });
    const indexes = indexesToMend({ search, tables: bed.tables }, searchProjections);
    const mending = { tables: bed.tables, opener: openTextOpener, projections, indexes };
    for (const place of await parked()) {
      if (!place.projection.includes('@')) await retryParked(mending, place);
    }
    const place = { projection: 'message-search@index', key: room };
    expect(await retryParked(mending, place)).toEqual({ kind: 'all-applied', events: 2 });
    await holds(['high tide', 'unkept']);
    await running.stop();
  });

  it('writes an index that was lost from the beginning', async () => {
    const running = start(indexerOn(bed, search));
    started();
    said(room, sent(1, ada, 'tide'), sent(2, bob, 'ebb'));
    await tellAll();
    await holds(['tide', 'ebb']);
    await running.stop();
    await search[Symbol.asyncDispose]();
    await openAnew();
    const again = start(indexerOn(bed, search));
    await holds(['tide', 'ebb']);
    await again.stop();
  });

  it('builds a new version beside, and everything is found meanwhile and afterwards', async () => {
    const running = start(indexerOn(bed, search));
    started();
    said(room, ...Array.from({ length: 30 }, (_, at) => sent(at + 1, ada, `text ${at + 1}`)));
    edited(3, 'edited');
    said(room, { type: 'message-deleted', number: 4, by: ada });
    await tellAll();
    await eventually(async () => (await texts()).length === 29);
    await running.stop();
    const before = await documentsOf(search, 'messages');
    let least = before.length;
    const watched: Search = {
      ...search,
      prepare: (index, version) => search.prepare(index, version),
      apply: async (target, changes) => {
        await search.apply(target, changes);
        least = Math.min(least, (await documentsOf(search, 'messages')).length);
      },
    };
    const rebuilding = start(
      indexerOn(bed, watched, { recordsMax: 5, versions: { 'message-search': 2 } }),
    );
    said(room, sent(31, ada, 'meanwhile'));
    await tellAll();
    await eventually(async () => (await search.prepare('messages', 2)).kind === 'serving');
    await eventually(async () => (await texts()).includes('meanwhile'));
    expect(least).toBe(before.length);
    expect((await documentsOf(search, 'messages')).filter((one) => one.version <= 320n)).toEqual(
      before,
    );
    said(room, sent(32, ada, 'afterwards'));
    await tellAll();
    await eventually(async () => (await texts()).includes('afterwards'));
    await rebuilding.stop();
    const rows = await bed.tables.query({
      text: `select 1 from projector.checkpoint where projection like '%@next'`,
      values: [],
    });
    expect(rows).toEqual([]);
  });
});
