import { describe, expect, it } from 'vitest';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Projection } from '../../projections/projection.ts';
import type { Standing } from './plan.ts';
import { planFor } from './plan.ts';
import type { Item } from './target.ts';
import { liveTarget } from './target.ts';

const projection: Projection = {
  name: 'sample',
  version: 1,
  tableSql: new URL('file:///nowhere'),
  tables: {},
  handles: new Set(['member-left', 'conversation-closed']),
  changes: ({ event, position }) => {
    if (event.type === 'conversation-closed') throw new TypeError('a secret text');
    return [{ op: 'delete', table: 'sample', key: { position } }];
  },
};
const target = liveTarget(projection);
const fresh: Standing = { checkpoints: new Map(), parkedKeys: new Set() };

function item(offset: number, key: string, content: Item['content']): Item {
  return { record: { partition: 0, offset, key, value: `${offset}` }, content };
}
function event(position: bigint, type: string): Item['content'] {
  return {
    category: 'conversation',
    conversationId: 'c',
    id: 'e',
    revision: 0,
    position,
    recordedAtMs: 0,
    event: { type },
  } as unknown as ParleyEvent;
}
const fine = (position: bigint) => event(position, 'member-left');
const bad = (position: bigint) => event(position, 'conversation-closed');

describe('planning a batch', () => {
  it('moves the checkpoint over everything, also over what it does not care about', () => {
    const plan = planFor(
      target,
      [
        item(0, 'k', fine(5n)),
        item(1, 'k', event(6n, 'message-sent')),
        item(2, 'k', null),
        item(3, '', { category: 'watermark', position: 9n }),
      ],
      fresh,
    );
    expect(plan.events.map(({ position }) => position)).toEqual([5n]);
    expect(plan.checkpoints).toEqual([
      { projection: 'sample', partition: 0, nextOffset: 4, position: 9n, generation: 0 },
    ]);
  });

  it('leaves out what lies before the checkpoint', () => {
    const checkpoint = { nextOffset: 1, position: 5n, generation: 3 };
    const plan = planFor(target, [item(0, 'k', fine(5n)), item(1, 'k', fine(6n))], {
      ...fresh,
      checkpoints: new Map([[0, checkpoint]]),
    });
    expect(plan.events.map(({ position }) => position)).toEqual([6n]);
    expect(plan.checkpoints[0]).toMatchObject({ nextOffset: 2, position: 6n, generation: 3 });
  });

  it('moves nothing, and nothing back, when all of it lies before the checkpoint', () => {
    const checkpoint = { nextOffset: 9, position: 5n, generation: 0 };
    const plan = planFor(target, [item(0, 'k', fine(4n)), item(1, 'k', fine(9n))], {
      ...fresh,
      checkpoints: new Map([[0, checkpoint]]),
    });
    expect(plan).toMatchObject({ events: [], parkings: [], checkpoints: [] });
  });

  it('leaves out what a relay said twice, and never moves the position back', () => {
    const plan = planFor(
      target,
      [
        item(0, 'k', fine(5n)),
        item(1, 'k', fine(6n)),
        item(2, 'k', fine(5n)),
        item(3, '', { category: 'watermark', position: 4n }),
        item(4, 'k', fine(7n)),
      ],
      fresh,
    );
    expect(plan.events.map(({ position }) => position)).toEqual([5n, 6n, 7n]);
    expect(plan.checkpoints[0]).toMatchObject({ nextOffset: 5, position: 7n });
  });

  it('parks a bad event and what follows under its key, and nothing else', () => {
    const plan = planFor(
      target,
      [item(0, 'k', bad(1n)), item(1, 'other', fine(2n)), item(2, 'k', fine(3n))],
      fresh,
    );
    expect(plan.events.map(({ record }) => record.key)).toEqual(['other']);
    expect(plan.parkings.map(({ position, reason }) => [position, reason === null])).toEqual([
      [1n, false],
      [3n, true],
    ]);
    expect(plan.parkings[0]?.reason).toMatch(
      /^TypeError at workers\/projector\/plan\.spec\.ts:\d+$/,
    );
  });

  it('parks what cannot be read with the reason it is given', () => {
    const unreadable = { category: 'unreadable' as const, position: 1n, reason: 'no codec' };
    const plan = planFor(target, [item(0, 'k', unreadable)], fresh);
    expect(plan.parkings).toMatchObject([{ position: 1n, reason: 'no codec' }]);
  });

  it('lets what comes later wait behind a key that is parked, and says on what it relied', () => {
    const plan = planFor(target, [item(0, 'k', fine(1n)), item(1, 'other', fine(2n))], {
      ...fresh,
      parkedKeys: new Set(['k', 'absent']),
    });
    expect(plan.events.map(({ record }) => record.key)).toEqual(['other']);
    expect(plan.parkings).toMatchObject([{ position: 1n, reason: null }]);
    expect(plan.parkedKeys).toEqual(['k']);
  });
});
