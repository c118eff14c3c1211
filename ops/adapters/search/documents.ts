import { wordsOf } from './analysis.ts';
import { highlightsOf } from './highlights.ts';
import type { Highlights, IndexDocument } from './port.ts';
import type { Part } from './query.ts';

/** A document as engines keep it: its version stands beside it. */
export type Stored = IndexDocument extends infer One
  ? One extends IndexDocument
    ? Omit<One, 'version'>
    : never
  : never;

const sortMax = 256; // UTF-16 units

/** What of a document is searched. */
export function searchedText(document: Stored): string {
  if (document.of === 'message') return document.text;
  if (document.of === 'conversation') return document.title;
  return `${document.displayName} ${document.handle ?? ''}`;
}

/** What hits of the same rank are ordered by where they have names: accents and case apart. */
export function sortKey(document: Stored): string {
  return document.of === 'message' ? '' : wordsOf(searchedText(document).slice(0, sortMax));
}

/** Of a person the handle is shown where only that was found. */
export function highlightsOfDocument(document: Stored, parts: readonly Part[]): Highlights {
  const [first = [], ...others] = shownTexts(document).map((text) => highlightsOf(text, parts));
  const hasFound = (pieces: Highlights) => pieces.some(({ found }) => found);
  return [first, ...others].find(hasFound) ?? first;
}

function shownTexts(document: Stored): readonly string[] {
  if (document.of !== 'person') return [searchedText(document)];
  const { displayName, handle } = document;
  return handle === null ? [displayName] : [displayName, handle];
}
