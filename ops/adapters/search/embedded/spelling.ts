import type { DatabaseSync } from 'node:sqlite';
import { isOneApart } from '../query.ts';

/** The words of an index, for those who misspell them. */
export type Spelling = {
  add(words: readonly string[]): void;
  /** Those one letter away. */
  near(word: string): readonly string[];
  /** After a transaction that was rolled back: what was added may not be there. */
  forget(): void;
};

const lettersMin = 4; // one less than what may be misspelt
const rememberedMax = 200_000; // words that are known to be there
const nearMax = 100;

/**
 * One letter, or two that changed places, cannot spoil both the beginning and the end of a word
 * while a letter stands between them: whatever is one away begins or ends like it.
 */
export function openSpelling(database: DatabaseSync, table: string): Spelling {
  const insert = database.prepare(`insert or ignore into ${table} values (?, ?)`);
  const alike = (column: string) =>
    database.prepare(
      `select word from ${table} where ${column} >= ? and ${column} < ? || char(1114111)
       and length(word) between ? and ?`,
    );
  const [byBeginning, byEnd] = [alike('word'), alike('backwards')];
  const remembered = new Set<string>();
  return {
    add: (words) => {
      for (const word of words) {
        if (remembered.has(word) || !/^\p{L}+$/u.test(word)) continue;
        if ([...word].length < lettersMin) continue;
        if (remembered.size >= rememberedMax) remembered.clear();
        remembered.add(word);
        insert.run(word, backwards(word));
      }
    },
    forget: () => remembered.clear(),
    near: (word) => {
      const letters = [...word];
      const half = Math.floor((letters.length - 1) / 2);
      const [beginning, end] = [letters.slice(0, half), letters.slice(-half)];
      const lengths = [letters.length - 1, letters.length + 1] as const;
      const found = [
        ...byBeginning.all(beginning.join(''), beginning.join(''), ...lengths),
        ...byEnd.all(backwards(end.join('')), backwards(end.join('')), ...lengths),
      ].map((row) => String(row.word));
      return [...new Set(found)].filter((other) => isOneApart(word, other)).slice(0, nearMax);
    },
  };
}

function backwards(word: string): string {
  return [...word].reverse().join('');
}
