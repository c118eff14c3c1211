import type { estypes } from '@elastic/elasticsearch';
import type { MessageQuery, NumberRange } from './port.ts';
import type { Step, Want } from './query.ts';
import { timeSlot } from './scope.ts';

export type Query = NonNullable<estypes.QueryDslQueryContainer>;

/** Ranges that begin late or end are asked one by one up to so many: clauses are bounded. */
const rangesAskedMax = 300;
/** Words of the index that one that is begun or misspelt may stand for, where it is bounded. */
const expansions = { begun: 1_000, misspelt: 100 };

/** Each hit has the score of the best step that finds it: the first one the greatest. */
export function scored(steps: readonly Step[], filter: readonly Query[]): Query {
  const queries = steps.map(
    (step, at): Query => ({
      constant_score: { filter: allOf(step), boost: scoreOf(steps, at) },
    }),
  );
  return { bool: { must: [{ dis_max: { queries } }], filter: [...filter] } };
}

/** The hits of one step that the steps before it have not, with the score they have among all. */
export function scoredAlone(steps: readonly Step[], at: number, filter: readonly Query[]): Query {
  const step = { constant_score: { filter: allOf(steps[at] ?? []), boost: scoreOf(steps, at) } };
  return { bool: { must: [step], must_not: steps.slice(0, at).map(allOf), filter: [...filter] } };
}

export function scoreOf(steps: readonly Step[], at: number): number {
  return steps.length - at;
}

/** What else must hold of a message. Numbers may have to be looked at once more: see `within`. */
export function filtersOf(query: MessageQuery): readonly Query[] {
  const { from, has = [], beforeMs, afterMs } = query;
  const range = {
    ...(beforeMs !== undefined && { lt: timeSlot(beforeMs) }),
    ...(afterMs !== undefined && { gte: timeSlot(afterMs) }),
  };
  return [
    within(query.within),
    ...(from === undefined ? [] : [{ term: { author: from } }]),
    ...has.map((trait) => ({ term: { has: trait } })),
    ...(Object.keys(range).length === 0 ? [] : [{ range: { place: range } }]),
  ];
}

function within(ranges: readonly NumberRange[]): Query {
  const whole = ranges.filter(({ first, last }) => first <= 1 && last === null);
  const partly = ranges.filter((range) => !whole.includes(range));
  const asked = partly.length <= rangesAskedMax ? partly : [];
  const coarsely = [...whole, ...(asked.length === 0 ? partly : [])];
  const ids = [...new Set(coarsely.map(({ conversationId }) => conversationId))];
  const should = [{ terms: { conversationId: ids } }, ...asked.map(numbered)];
  return { bool: { should, minimum_should_match: 1 } };
}

function numbered({ conversationId, first, last }: NumberRange): Query {
  const number = { gte: first, ...(last !== null && { lte: last }) };
  return { bool: { filter: [{ term: { conversationId } }, { range: { number } }] } };
}

function allOf(step: Step): Query {
  return { bool: { filter: step.map(oneOf) } };
}

/** Words are asked as they are: they were folded before, and nothing in them is an operator. */
function oneOf({ words, begun, misspelt }: Want): Query {
  if (words.length > 1) return phrase(words.join(' '), begun);
  const [value = ''] = words;
  const right: Query = begun ? { prefix: { words: { value } } } : { term: { words: { value } } };
  if (!misspelt) return right;
  const fuzzy = { value, fuzziness: 1, prefix_length: 0, max_expansions: expansions.misspelt };
  return { bool: { should: [right, { fuzzy: { words: fuzzy } }], minimum_should_match: 1 } };
}

function phrase(query: string, begun: boolean): Query {
  if (!begun) return { match_phrase: { words: { query } } };
  return { match_phrase_prefix: { words: { query, max_expansions: expansions.begun } } };
}
