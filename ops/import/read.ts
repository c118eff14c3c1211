import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { PlainError } from '../plain-error.ts';
import type { Entry, Problem } from './format.ts';
import { isProblem, lineCharactersMax, parseLine } from './format.ts';

export type Archive = {
  readonly conversations: ReadonlyMap<string, readonly Entry[]>; // in the file's order
  readonly problems: readonly Problem[]; // the first ones; the rest is only counted
  readonly problemCount: number;
};

const problemsKeptMax = 20;
const linesJudgedMin = 20;

/**
 * Reads the whole archive before anything is stored. Damaged lines are noted and passed over; a
 * file whose first lines are all wrong is none of ours and refused.
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
  for await (const text of linesOf(path)) {
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

/** Line by line, unpacked where it is packed. Of a line that never ends only so much is kept. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const bytes of bytesOf(path)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > lineCharactersMax) rest = rest.slice(0, lineCharactersMax + 1);
  }
  yield rest + decoder.decode();
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const packed = await isPacked(path);
  const raw = createReadStream(path);
  try {
    if (!packed) return yield* raw;
    const plain = createGunzip();
    raw.on('error', (cause) => plain.destroy(cause));
    yield* raw.pipe(plain);
  } catch (cause) {
    throw cutShort(path, cause instanceof Error ? cause.message : 'unknown');
  } finally {
    raw.destroy();
  }
}

async function isPacked(path: string): Promise<boolean> {
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new PlainError(`The archive ${path} cannot be read (${cause.code}).`);
  };
  await using file = await open(path).catch(unreadable);
  const start = Buffer.alloc(2);
  await file.read(start, 0, 2, 0).catch(unreadable);
  return start[0] === 0x1f && start[1] === 0x8b;
}

function cutShort(path: string, reason: string): PlainError {
  return new PlainError(
    `The archive ${path} cannot be read to its end (${reason}). Nothing was stored. ` +
      'Fetch or unpack it again.',
  );
}

function noneOfIt(path: string, { line, reason }: Problem): PlainError {
  return new PlainError(
    `${path} is no archive that can be imported (line ${line}: ${reason}). Nothing was stored. ` +
      'The format is described in ops/docs/import-format.md.',
  );
}
