import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PlainError } from '../plain-error.ts';
import type { Entry, Problem } from './format.ts';
import { isProblem, parseLine } from './format.ts';

export type Archive = {
  readonly conversations: ReadonlyMap<string, readonly Entry[]>; // in the file's order
  readonly problems: readonly Problem[]; // the first ones; the rest is only counted
  readonly problemCount: number;
};

const problemsKeptMax = 20;
const linesJudgedMin = 20;

/**
 * Reads the whole archive before anything is stored. Damaged lines are noted and passed over; a
 * file whose
 * first lines are all wrong is none of ours and refused.
 */
export async function readArchive(path: string): Promise<Archive> {
  const conversations = new Map<string, Entry[]>();
  const problems: Problem[] = [];
  let problemCount = 0;
  let entries = 0;
  let line = 0;
  const note = (problem: Problem): void => {
    problemCount += 1;
    if (problems.length < problemsKeptMax) problems.push(problem);
    if (entries === 0 && problemCount >= linesJudgedMin) throw noneOfIt(path, problem);
  };
  for await (const text of createInterface({ input: await openText(path) })) {
    line += 1;
    if (text.trim() === '') continue;
    const read = parseLine(text, line);
    if (isProblem(read)) {
      note(read);
      continue;
    }
    const known = conversations.get(read.conversation) ?? [];
    conversations.set(read.conversation, known);
    const last = known.at(-1);
    if (last && read.n <= last.n) note({ line, reason: `n is ${read.n} after ${last.n}` });
    else known.push(read);
    entries += 1;
  }
  if (entries === 0) throw noneOfIt(path, problems[0] ?? { line: 1, reason: 'the file is empty' });
  return { conversations, problems, problemCount };
}

async function openText(path: string): Promise<Readable> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new PlainError(`The archive ${path} cannot be read (${cause.code}).`);
  });
  const start = Buffer.alloc(2);
  await file.read(start, 0, 2, 0);
  await file.close();
  const raw = createReadStream(path);
  if (start[0] !== 0x1f || start[1] !== 0x8b) return raw;
  const plain = createGunzip();
  raw.pipe(plain);
  return plain;
}

function noneOfIt(path: string, { line, reason }: Problem): PlainError {
  return new PlainError(
    `${path} is no archive that can be imported (line ${line}: ${reason}). Nothing was stored. ` +
      'The format is described in ops/docs/import-format.md.',
  );
}
