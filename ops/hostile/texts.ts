import type { Chance } from './chance.ts';

/** Stands in every text that is sent: it may never be found in a line of the log. */
export const planted = 'Privatissimum';

/** Texts that are hard to take: each by its name, so that a report can say what was sent. */
const texts: Readonly<Record<string, () => string>> = {
  empty: () => '',
  blank: () => ' \t\n\u00a0\u2003',
  'half a character': () => `${planted}\ud83d`,
  'the other half': () => `\udc00${planted}`,
  'U+0000': () => `${planted}\0`,
  'control characters': () => `\u0001\u0007\u001b[2J${planted}\u007f\u0085`,
  'bidirectional characters': () => `\u202e${planted}\u2066\u2069\u200f`,
  'zero-width characters': () => '\u200b\u200c\u200d\ufeff\u2060',
  'combining characters': () => `Z${'\u0335\u0321\u0361'.repeat(400)}`,
  'a family and a flag': () => '👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  'no character': () => '\uffff\ufffe\ufdd0',
  'a byte order mark': () => `\ufeff${planted}`,
  'one character too many': () => 'x'.repeat(8_001),
  'far too long': () => planted.repeat(2_000),
  'long in code points': () => '😀'.repeat(8_001),
  'line ends': () => `${planted}\r\n\u2028\u2029`,
  'a statement': () => `'; drop table access.account; -- ${planted}`,
  'a pattern': () => '%_\\%[a-z]*',
  'a prototype': () => '__proto__',
  'a template': () => '{{7*7}}%s%n%x',
  'not a number': () => 'NaN',
  'a great number': () => '1e400',
  'an object': () => '{"a":[null]}',
  'a path': () => '../../../../etc/passwd\0.txt',
  'a page': () => `<script>${planted}</script>`,
};

export type Hostile = {
  readonly kind: string;
  readonly json: string | null; // null: left out
  readonly literal: string | null; // in a document; null: left out
  readonly refuse: boolean; // no answer but an error will do
  readonly code?: 'BAD_INPUT'; // no answer but this error will do
};

export function hostileText(chance: Chance): Hostile {
  const [kind, make] = chance.pick(Object.entries(texts));
  return { kind, ...written(make()), refuse: false };
}

/** A value as it stands in JSON and in a document, where both write it alike. */
export function written(value: unknown): { readonly json: string; readonly literal: string } {
  return { json: JSON.stringify(value), literal: literalOf(value) };
}

export function literalOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, inner]) => `${name}: ${literalOf(inner)}`);
  return `{${fields.join(', ')}}`;
}
