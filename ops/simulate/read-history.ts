import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PlainError } from '../plain-error.ts';
import type { HistoryLine } from './history.ts';

/** How far a file is read. */
export type ReadProgress = (bytes: number, of: number) => void;

/** Large enough that a line seldom spans two, small enough to stay in the processor's cache. */
const chunkBytes = 1 << 16;

/**
 * The lines of a history in a file, one after another. Read in chunks and decoded as a whole, which
 * is what makes parsing and nothing else the cost.
 */
export function* readHistory(path: string, progress?: ReadProgress): Iterable<HistoryLine> {
  const file = openFile(path);
  try {
    const { size } = fstatSync(file);
    let number = 0;
    let done = 0;
    for (const text of wholeLines(file)) {
      let from = 0;
      for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
        number += 1;
        if (to > from) yield parsed(text.slice(from, to), number);
        from = to + 1;
      }
      if (from < text.length) yield parsed(text.slice(from), number + 1);
      done = Math.min(size, done + text.length);
      progress?.(done, size);
    }
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    throw new PlainError(`There is no history to read at ${path}.`);
  }
}

/** Texts that end where a line ends; only the last may lack its end. */
function* wholeLines(file: number): Iterable<string> {
  let rest = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.allocUnsafe(rest.length + chunkBytes);
    rest.copy(chunk);
    const read = readSync(file, chunk, rest.length, chunkBytes, null);
    const filled = chunk.subarray(0, rest.length + read);
    if (read === 0) {
      if (filled.length > 0) yield filled.toString('utf8');
      return;
    }
    const end = filled.lastIndexOf(10) + 1;
    if (end > 0) yield filled.toString('utf8', 0, end);
    rest = filled.subarray(end);
  }
}

function parsed(text: string, number: number): HistoryLine {
  try {
    return JSON.parse(text);
  } catch {
    throw new PlainError(`Line ${number} is no JSON: ${text.slice(0, 80)}`);
  }
}
