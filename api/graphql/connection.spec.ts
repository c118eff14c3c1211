import { describe, expect, it } from 'vitest';
import { connection } from './connection.ts';

const ends = { hasNextPage: true, hasPreviousPage: false };

describe('a connection', () => {
  it('begins and ends with its rows', () => {
    const rows = ['a', 'b', 'c'].map((cursor) => ({ cursor, node: { name: cursor } }));
    const { edges, pageInfo } = connection(rows, ends);
    expect(edges).toEqual(rows);
    expect(pageInfo).toEqual({ ...ends, startCursor: 'a', endCursor: 'c' });
  });

  it('of one row begins and ends with it', () => {
    const { pageInfo } = connection([{ cursor: 'a', node: 1 }], ends);
    expect(pageInfo).toMatchObject({ startCursor: 'a', endCursor: 'a' });
  });

  it('without rows has no cursors', () => {
    const { edges, pageInfo } = connection([], ends);
    expect(edges).toEqual([]);
    expect(pageInfo).toEqual({ ...ends, startCursor: null, endCursor: null });
  });
});
