import { describe, expect, it } from 'vitest';
import { tally } from '../testing/tally.ts';
import { arrayLiteral } from './array-literal.ts';
import { fold } from './fold.ts';
import { statementsFor } from './statements.ts';
import { liveTarget, nextTarget } from './target.ts';

const projection = tally();
const rows = (count: number) =>
  fold(
    projection.tables,
    Array.from({ length: count }, (_, number) => ({
      position: BigInt(number),
      changes: [
        {
          op: 'upsert' as const,
          table: 'line',
          key: { conversation_id: 'c', number },
          set: { author: 'ada', text: 'hi' },
        },
      ],
    })),
  );

describe('set-wise statements', () => {
  it('are one for each table and set of columns, whatever the number of rows', () => {
    expect(statementsFor(liveTarget(projection), rows(1))).toHaveLength(1);
    expect(statementsFor(liveTarget(projection), rows(1_000))).toHaveLength(1);
  });

  it('are prepared under a name that stands for the text', () => {
    const [one] = statementsFor(liveTarget(projection), rows(1));
    const [more] = statementsFor(liveTarget(projection), rows(9));
    const [other] = statementsFor(nextTarget(projection), rows(1));
    expect(one?.name).toBe(more?.name);
    expect(one?.name).not.toBe(other?.name);
    expect(one?.name?.length).toBeLessThan(64);
  });

  it('carry values apart from the text, and let a row only move forward', () => {
    const [one] = statementsFor(liveTarget(projection), rows(2));
    expect(one?.text).not.toContain('ada');
    expect(one?.text).toContain('where t.position <= excluded.position');
    expect(one?.values).toEqual(['{"c","c"}', '{0,1}', '{"ada","ada"}', '{"hi","hi"}', '{0,1}']);
  });

  it('refuse a column that the table does not have', () => {
    const stray = fold(projection.tables, [
      {
        position: 1n,
        changes: [{ op: 'delete', table: 'head', key: { conversation_id: 'c' } }],
      },
      {
        position: 2n,
        changes: [
          { op: 'upsert', table: 'head', key: { conversation_id: 'c' }, set: { stray: 1 } },
        ],
      },
    ]);
    expect(() => statementsFor(liveTarget(projection), stray)).toThrow('no column stray');
  });
});

describe('a column as the text of an array', () => {
  it('quotes what needs it', () => {
    expect(arrayLiteral('text', ['a"b\\c', 'NULL', null, '', '{x,y}'])).toBe(
      '{"a\\"b\\\\c","NULL",NULL,"","{x,y}"}',
    );
    expect(arrayLiteral('bigint', [1n, 2, null])).toBe('{1,2,NULL}');
    expect(arrayLiteral('boolean', [true, false])).toBe('{true,false}');
    expect(arrayLiteral('timestamptz', [new Date(0)])).toBe('{"1970-01-01T00:00:00.000Z"}');
    expect(arrayLiteral('uuid[]', [['a', 'b'], []])).toBe('{"{\\"a\\",\\"b\\"}","{}"}');
    expect(arrayLiteral('jsonb', ['{"a":1}', ['x']])).toBe('{"{\\"a\\":1}","[\\"x\\"]"}');
  });
});
