import { PlainError } from '../plain-error.ts';
import type { StackServer } from '../stack/server.ts';

/** One wrong line, and who must notice. */
export type Defect = {
  readonly name: string; // for the command line
  readonly says: string; // what is wrong, in plain words
  readonly breaks: string; // a law of the platform, or a promise
  readonly file: string;
  readonly text: string; // stands there once
  readonly instead: string;
  readonly caughtBy: readonly [Catcher, ...Catcher[]];
  readonly needs?: StackServer; // by those who notice
};

/**
 * A spec file, or those of its tests whose names have these words; so many simulated seeds, one of
 * which must break this law, whoever else notices; or a fault in a real machine, which takes
 * minutes and is run by `npm run faults -- NAME --broken`.
 */
export type Catcher =
  | { readonly spec: string; readonly test?: string }
  | { readonly simulate: number; readonly law: number }
  | { readonly fault: string };

/** The file's text with the defect in it. */
export function withDefect({ name, file, text, instead }: Defect, source: string): string {
  const [before, after, ...more] = source.split(text);
  if (before === undefined || after === undefined || more.length > 0) {
    const found = after === undefined ? 'no longer has' : 'has more than once';
    throw new PlainError(
      `${name}: ${file} ${found} the text to be replaced, \`${text.trim()}\`. ` +
        'Write the defect anew, for the code as it is now.',
    );
  }
  return `${before}${instead}${after}`;
}
