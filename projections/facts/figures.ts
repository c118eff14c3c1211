import { growth } from './figures-of-growth.ts';
import { people } from './figures-of-people.ts';
import { talk } from './figures-of-talk.ts';

/**
 * A figure with its definition: whoever reads a number can say what it counts. A definition that
 * changes raises the version here and that of the facts.
 */
export type Figure = {
  readonly number: number; // for ever
  readonly version: number;
  readonly name: string; // of the view
  readonly grain: string; // one row for each …
  readonly says: string; // the definition, in sentences
  readonly columns: Readonly<Record<string, readonly [type: string, says: string]>>;
  readonly sql: string; // over the other views
};

/** Every figure that is published. */
export const figures: readonly Figure[] = [...people, ...talk, ...growth].map((figure) => ({
  ...figure,
  says: figure.says.replaceAll('\n', ' '),
}));
