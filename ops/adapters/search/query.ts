import type { Token } from './analysis.ts';
import { tokensOf } from './analysis.ts';

/** Words that stand side by side: one word, a "phrase", or what has no space in it (apt-get). */
export type Part = {
  readonly words: readonly string[];
  readonly begun: boolean; // the last of them may go on
  readonly quoted: boolean; // as it stands
};
/** A part, and whether words one misspelling away from it are as good. */
export type Want = Part & { readonly misspelt: boolean };
/** What a text must have, all of it, to be found at this step. */
export type Step = readonly Want[];

const wordsMax = 32; // of a query: what follows is not looked at
const misspeltLettersMin = 5;

/** The parts of what somebody typed. Every text is a query; one without a word has no parts. */
export function partsOf(text: string): readonly Part[] {
  const chunks = [...text.matchAll(/"([^"]*)"|“([^”]*)”|([^\s"“]+|["“])/g)];
  const all = chunks.flatMap(([, straight, curly, plain], at) => {
    const closed = straight ?? curly;
    const tokens = tokensOf(closed ?? plain ?? '');
    return tokens.length === 0 ? [] : [{ tokens, isOpen: closed === undefined, at }];
  });
  const parts: Part[] = [];
  let words = 0;
  for (const [at, { tokens, isOpen }] of all.entries()) {
    const kept = asked(tokens.slice(0, wordsMax - words));
    if (kept.length === 0) break;
    words += kept.length;
    const last = kept.at(-1);
    const typing = isOpen && at === all.length - 1 && last?.kind === 'word';
    parts.push({ words: wordsIn(kept), begun: typing || last?.kind === 'single', quoted: !isOpen });
  }
  return parts;
}

/**
 * The steps in which hits come, best first; the last one finds everything, and a hit belongs to the
 * first that finds it. That depends on its text and the query alone, so that pages do not shift.
 */
export function stepsOf(parts: readonly Part[], order: 'relevance' | 'newest'): readonly Step[] {
  if (parts.length === 0) return [];
  const exact = parts.map((part) => ({ ...part, begun: isSingle(part), misspelt: false }));
  const begun = parts.map((part) => ({ ...part, misspelt: false }));
  const misspelt = begun.map((part) => ({ ...part, misspelt: mayBeMisspelt(part) }));
  const together = parts.length > 1 ? [[joined(exact)], [joined(begun)]] : [];
  const ranked = order === 'relevance' ? [...together, exact, begun, misspelt] : [begun, misspelt];
  return ranked.filter((step, at) => !sameStep(step, ranked[at - 1]));
}

/** Whether all that a step finds another one finds too; where that is hard to say: no. */
export function findsNoMoreThan(step: Step, other: Step): boolean {
  return other.every((wanted) => step.some((has) => isMore(has, wanted)));
}

/** Whether words that stand side by side have those of another among them. */
function isMore(has: Want, wanted: Want): boolean {
  if (has.misspelt && !wanted.misspelt) return false;
  const last = has.words.length - wanted.words.length;
  return Array.from({ length: last + 1 }, (_, at) => at).some((at) => {
    const isWhole = at < last || !has.begun || wanted.begun; // the last word of both
    return isWhole && wanted.words.every((word, nth) => has.words[at + nth] === word);
  });
}

/** Whether two words are one letter apart: more, less, another, or two that changed places. */
export function isOneApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false; // a letter is one or two units
  const [short, long] = [[...a], [...b]].sort((one, other) => one.length - other.length);
  if (!short || !long || long.length - short.length > 1 || a === b) return false;
  let from = 0;
  while (from < short.length && short[from] === long[from]) from += 1;
  const rest = (of: readonly string[], skip: number) => of.slice(from + skip).join('');
  if (short.length < long.length) return rest(short, 0) === rest(long, 1);
  const swapped = short[from] === long[from + 1] && short[from + 1] === long[from];
  return rest(short, 1) === rest(long, 1) || (swapped && rest(short, 2) === rest(long, 2));
}

/** What ends with two characters ends with them: more may follow in the text. */
function asked(tokens: readonly Token[]): readonly Token[] {
  return tokens.at(-1)?.kind === 'tail' ? tokens.slice(0, -1) : tokens;
}

function wordsIn(tokens: readonly Token[]): readonly string[] {
  return tokens.map(({ word }) => word);
}

/** A character of a script without spaces: it begins pairs. */
function isSingle({ words, begun }: Part): boolean {
  const last = words.at(-1) ?? '';
  const [token] = tokensOf(last);
  return begun && token?.kind === 'single';
}

function joined(step: Step): Want {
  const words = step.flatMap((part, at) => [
    ...part.words,
    ...(at < step.length - 1 ? tailOf(part.words.at(-1) ?? '') : []),
  ]);
  return { words, begun: step.at(-1)?.begun === true, quoted: false, misspelt: false };
}

/** Where another word follows, the last character of two stands by itself before it. */
function tailOf(word: string): readonly string[] {
  const tokens = tokensOf(word);
  return tokens.at(-1)?.kind === 'tail' ? wordsIn(tokens.slice(-1)) : [];
}

/** A word of letters, long enough, and not asked for as it is. */
export function mayBeMisspelt({ words: [word = '', ...more], quoted }: Part): boolean {
  if (quoted) return false;
  return more.length === 0 && /^\p{L}+$/u.test(word) && [...word].length >= misspeltLettersMin;
}

function sameStep(step: Step, other: Step | undefined): boolean {
  return JSON.stringify(step) === JSON.stringify(other);
}
