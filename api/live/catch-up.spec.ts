import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import { newestCursor } from './catch-up.ts';
import type { EventsRequest } from './operations.ts';

const request = (after: bigint | string | null, init: bigint | string | null) => {
  const text = (cursor: bigint | string | null) =>
    typeof cursor === 'bigint' ? encodeCursor(cursor) : cursor;
  return {
    ...{ after: text(after), connection: { initCursor: () => text(init) } },
  } as unknown as EventsRequest;
};

describe('where a device goes on', () => {
  it.each([
    [null, null, null],
    [5n, null, 5n],
    [null, 7n, 7n],
    [5n, 7n, 7n],
    [7n, 5n, 7n],
    [9n, 9n, 9n],
  ])('after %s, with %s in connection_init, is %s: the newer counts', (after, init, expected) => {
    expect(newestCursor(request(after, init), 9n)).toBe(expected);
  });

  it.each([
    ['after', request('nonsense', 5n)],
    ['connection_init.cursor', request(5n, 'nonsense')],
    ['after', request(10n, null)],
    ['connection_init.cursor', request(9n, 10n)],
  ])('is nowhere with a cursor that is none of ours, and `%s` is named', (field, asked) => {
    expect(() => newestCursor(asked, 9n)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_INPUT', field } }),
    );
  });
});
