import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import { ada, bob } from '../../domain/testing/people.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import {
  conversationIdIn,
  pageCursor,
  partsOf,
  positionIn,
  rowsIn,
  userIdIn,
  userIdsIn,
} from './input.ts';

const room = '0198f1d2-0000-7000-8000-000000000001' as ConversationId;
const personId = encodeNodeId({ type: 'Person', userId: ada });
const roomId = encodeNodeId({ type: 'Conversation', conversationId: room });
const badInputAt = (field: string) => ({ extensions: { code: 'BAD_INPUT', field } });

describe('an id', () => {
  it('is read as what it stands for', () => {
    expect(userIdIn(personId)).toBe(ada);
    expect(conversationIdIn(roomId)).toBe(room);
  });

  it('of another kind is refused, with the field named', () => {
    expect(() => userIdIn(roomId)).toThrow(expect.objectContaining(badInputAt('personId')));
    expect(() => conversationIdIn(personId, 'id')).toThrow(
      expect.objectContaining(badInputAt('id')),
    );
  });

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => conversationIdIn(text)).toThrow(/`conversationId` is no id of a Conversation/);
      }),
    );
  });

  it('counts once in a list, and a list is bounded', () => {
    const other = encodeNodeId({ type: 'Person', userId: bob });
    expect(userIdsIn([personId, other, personId], 'memberIds')).toEqual([ada, bob]);
    const many = Array.from({ length: 1_001 }, () => personId);
    expect(() => userIdsIn(many, 'memberIds')).toThrow(
      expect.objectContaining(badInputAt('memberIds')),
    );
  });
});

describe('the size of a page', () => {
  it('is 1 to 100', () => {
    expect([rowsIn(1), rowsIn(100)]).toEqual([1, 100]);
    for (const wrong of [0, -1, 101, 2_147_483_647, null, undefined]) {
      expect(() => rowsIn(wrong, 'last')).toThrow(expect.objectContaining(badInputAt('last')));
    }
  });
});

describe('a page cursor', () => {
  it('comes back as it went', () => {
    const parts = fc.tuple(fc.boolean(), fc.string(), fc.integer());
    fc.assert(
      fc.property(parts, (made) => {
        expect(partsOf(pageCursor(made), ['boolean', 'string', 'number'])).toEqual(made);
      }),
    );
  });

  it('may be missing', () => {
    expect([partsOf(null, ['string']), partsOf(undefined, ['string'])]).toEqual([null, null]);
  });

  it('of another list, or of nobody, is refused with the field named', () => {
    const foreign = [pageCursor([1]), pageCursor(['a', 'b']), pageCursor([]), '', 'x', '%%%'];
    for (const cursor of foreign) {
      expect(() => partsOf(cursor, ['string'], 'before')).toThrow(
        expect.objectContaining(badInputAt('before')),
      );
    }
  });

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => partsOf(text, ['string', 'string', 'string', 'string'])).toThrow(/`after`/);
      }),
    );
  });

  it('holds positions in decimal digits only', () => {
    expect(positionIn('123456789012345678')).toBe(123_456_789_012_345_678n);
    for (const wrong of ['', '-1', '0x1', '1e3', '1.0', ' 1', '9'.repeat(19)]) {
      expect(() => positionIn(wrong)).toThrow(/`after` is no cursor of this list/);
    }
  });
});
