import { z } from 'zod';
import { nameCodePointsMax } from '../../domain/account/limits.ts';
import { textCodePointsMax, titleCodePointsMax } from '../../domain/conversation/limits.ts';
import { isLongerThan, isMalformed, isVisible } from '../../domain/text.ts';

/** A line of an archive; the format is described in ops/docs/import-format.md. */
export type Entry = {
  readonly line: number; // in the file, from 1
  readonly conversation: string;
  readonly n: number; // unique and ascending within its conversation
  readonly atMs: number;
  readonly from: string;
} & (
  | {
      readonly kind: 'message' | 'action';
      readonly text: string;
      readonly replyTo: readonly number[];
    }
  | { readonly kind: 'rename'; readonly to: string }
);

/** A line that cannot be taken, and why. */
export type Problem = { readonly line: number; readonly reason: string };

/** What the platform would refuse is told with its line instead, before anything is stored. */
const textUpTo = (codePointsMax: number) =>
  z
    .string()
    .refine((text) => !isLongerThan(text, codePointsMax), `more than ${codePointsMax} characters`)
    .refine((text) => !isMalformed(text), 'half a character, or U+0000');
const named = (codePointsMax: number) => textUpTo(codePointsMax).refine(isVisible, 'nothing in it');

const base = {
  conversation: named(titleCodePointsMax),
  n: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  from: named(nameCodePointsMax),
};
const said = {
  ...base,
  text: textUpTo(textCodePointsMax), // old archives hold lines without a visible character
  replyTo: z.array(z.number().int().nonnegative()).optional(),
};
const shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), ...said }),
  z.object({ kind: z.literal('action'), ...said }),
  z.object({ kind: z.literal('rename'), ...base, to: named(nameCodePointsMax) }),
]);

/** No entry comes near it; JSON may write a character in six. */
export const lineCharactersMax = 100_000;

/** Reads one line. */
export function parseLine(text: string, line: number): Entry | Problem {
  if (text.length > lineCharactersMax) return { line, reason: 'is longer than any entry' };
  if (text.includes('\u{fffd}')) return { line, reason: 'is not UTF-8' };
  const json = parseJson(line === 1 ? text.replace(/^\u{feff}/u, '') : text);
  if (json === undefined) return { line, reason: 'is no JSON' };
  const parsed = shape.safeParse(json);
  if (!parsed.success) return { line, reason: reasonOf(parsed.error) };
  const { at, ...rest } = parsed.data;
  const atMs = Date.parse(at);
  if (rest.kind === 'rename') return { ...rest, line, atMs };
  return { ...rest, line, atMs, replyTo: rest.replyTo ?? [] };
}

export function isProblem(read: Entry | Problem): read is Problem {
  return 'reason' in read;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') || 'the line';
  return `${field} is wrong (${issue?.message ?? 'unknown'})`;
}
