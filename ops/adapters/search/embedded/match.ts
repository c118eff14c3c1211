import type { Step, Want } from '../query.ts';
import { findsNoMoreThan } from '../query.ts';

/** Words that are in the index, one letter away from a word. */
export type NearWords = (word: string) => readonly string[];

/**
 * What FTS5 is asked for the hits of one step that the steps before it have not. Words hold no
 * character that means anything to FTS5, and stand in quotes.
 */
export function matchOf(
  steps: readonly Step[],
  at: number,
  { near, facets }: { readonly near: NearWords; readonly facets: readonly string[] },
): string {
  const before = widest(steps.slice(0, at));
  const wanted = allOf(steps[at] ?? [], near);
  const words = before.length === 0 ? wanted : `(${wanted}) NOT ${anyOf(before, near)}`;
  return [`words : (${words})`, ...facets.map((facet) => `facets : ${facet}`)].join(' AND ');
}

/** One of these must stand among a document's facets. */
export function oneFacetOf(kind: Facet, values: readonly string[]): string {
  return `(${values.map((value) => `"${facetOf(kind, value)}"`).join(' OR ')})`;
}

/** Those whose hits no other one has all of: each costs a reading of its words. */
function widest(steps: readonly Step[]): readonly Step[] {
  return steps.filter((step, at) => !steps.slice(at + 1).some((one) => findsNoMoreThan(step, one)));
}

type Facet = 'conversation' | 'author' | 'has';

/** As one word, whatever characters it is made of. */
export function facetOf(kind: Facet, value: string): string {
  return `${kind}${Buffer.from(value).toString('hex')}`;
}

function anyOf(steps: readonly Step[], near: NearWords): string {
  return `(${steps.map((step) => `(${allOf(step, near)})`).join(' OR ')})`;
}

function allOf(step: Step, near: NearWords): string {
  return step.map((want) => oneOf(want, near)).join(' AND ');
}

function oneOf({ words, begun, misspelt }: Want, near: NearWords): string {
  const phrase = `"${words.join(' ')}"${begun ? ' *' : ''}`;
  const others = misspelt ? near(words[0] ?? '').map((word) => `"${word}"`) : [];
  return `(${[phrase, ...others].join(' OR ')})`;
}
