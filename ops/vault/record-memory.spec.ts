import { describe, expect, it } from 'vitest';
import { openRecordMemory } from './record-memory.ts';

const open = () => openRecordMemory<string>({ recordsMax: 3, charactersMax: 100 });

describe('the memory of records', () => {
  it('forgets the oldest of too many', () => {
    const memory = open();
    for (const record of ['a', 'b', 'c', 'd']) memory.put(record, `opened ${record}`);
    expect([memory.get('a'), memory.get('b')]).toEqual([undefined, 'opened b']);
    expect(memory.kept()).toEqual({ records: 3, characters: 3 });
  });

  it('forgets the oldest of too long ones, also when they are few', () => {
    const memory = open();
    memory.put('a'.repeat(60), 'opened a');
    memory.put('b'.repeat(60), 'opened b');
    expect(memory.kept()).toEqual({ records: 1, characters: 60 });
    expect(memory.get('b'.repeat(60))).toBe('opened b');
  });

  it('does not remember what alone is too long', () => {
    const memory = open();
    memory.put('a'.repeat(101), 'opened');
    expect(memory.kept()).toEqual({ records: 0, characters: 0 });
  });

  it('counts what is put again once, and as the newest', () => {
    const memory = open();
    for (const record of ['a', 'b', 'c', 'a', 'd']) memory.put(record, `opened ${record}`);
    expect([memory.get('a'), memory.get('b')]).toEqual(['opened a', undefined]);
    expect(memory.kept()).toEqual({ records: 3, characters: 3 });
  });

  it('forgets what is gone, and nothing else', () => {
    const memory = open();
    for (const record of ['a', 'b', 'c']) memory.put(record, `opened ${record}`);
    memory.forget((item) => item === 'opened b');
    expect([memory.get('b'), memory.get('c')]).toEqual([undefined, 'opened c']);
    expect(memory.kept()).toEqual({ records: 2, characters: 2 });
  });
});
