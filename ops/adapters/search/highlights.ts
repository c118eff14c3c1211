import type { Token } from './analysis.ts';
import { tokensOf } from './analysis.ts';
import type { Highlights } from './port.ts';
import type { Part } from './query.ts';
import { isOneApart, mayBeMisspelt } from './query.ts';

type Range = { readonly start: number; readonly end: number };

const passage = { unitsMax: 240, before: 60 }; // UTF-16 units

/**
 * The passage of a text around what was found first, in pieces; put together they are that passage
 * letter by letter. Words that are misspelt are marked where the right ones are missing.
 */
export function highlightsOf(text: string, parts: readonly Part[]): Highlights {
  const found = foundIn(text, parts);
  const within = passageOf(text, found[0]);
  const pieces: { text: string; found: boolean }[] = [];
  let at = within.start;
  for (const { start, end } of found) {
    if (start >= within.end) break;
    const until = Math.min(end, within.end);
    if (start > at) pieces.push({ text: text.slice(at, start), found: false });
    pieces.push({ text: text.slice(start, until), found: true });
    at = until;
  }
  if (at < within.end) pieces.push({ text: text.slice(at, within.end), found: false });
  return pieces;
}

/** Ascending, none of which touch. */
function foundIn(text: string, parts: readonly Part[]): readonly Range[] {
  const tokens = tokensOf(text);
  const ranges = parts
    .flatMap((part) => {
      const right = occurrences(tokens, part, isThat);
      const isRight = right.length > 0 || !mayBeMisspelt(part);
      return isRight ? right : occurrences(tokens, part, isNearly);
    })
    .sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ranges) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

type Fits = (word: string, wanted: string, mayGoOn: boolean) => boolean;

function isThat(word: string, wanted: string, mayGoOn: boolean): boolean {
  return mayGoOn ? word.startsWith(wanted) : word === wanted;
}

function isNearly(word: string, wanted: string): boolean {
  return isOneApart(word, wanted);
}

function occurrences(tokens: readonly Token[], { words, begun }: Part, fits: Fits) {
  const ranges: Range[] = [];
  for (let at = 0; at + words.length <= tokens.length; at += 1) {
    const here = tokens.slice(at, at + words.length);
    const all = here.every(({ word }, nth) =>
      fits(word, words[nth] ?? '', begun && nth === words.length - 1),
    );
    const [first, last] = [here[0], here.at(-1)];
    if (!all || !first || !last) continue;
    ranges.push({ start: first.start, end: last.end });
  }
  return ranges;
}

/** Cut where words end, and never inside of a character. */
function passageOf(text: string, found: Range | undefined): Range {
  if (text.length <= passage.unitsMax) return { start: 0, end: text.length };
  const wanted = Math.max(0, (found?.start ?? 0) - passage.before);
  const start = wanted === 0 ? 0 : afterSpace(text, wanted, found?.start ?? wanted);
  const limit = Math.min(text.length, start + passage.unitsMax);
  const end = limit === text.length ? limit : beforeSpace(text, found?.end ?? start, limit);
  return { start, end };
}

function afterSpace(text: string, from: number, to: number): number {
  const space = /\s/.exec(text.slice(from, to));
  return wholeAt(text, space ? from + space.index + 1 : from);
}

function beforeSpace(text: string, from: number, to: number): number {
  const space = text.slice(from, to).search(/\s\S*$/);
  return wholeAt(text, space > 0 ? from + space : to);
}

function wholeAt(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}
