import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/** Fills a folder whole or not at all, also when another process does the same meanwhile. */
export function fillFolder(into: string, fill: (unfinished: string) => void): void {
  const unfinished = `${into}.${process.pid}.new`;
  mkdirSync(unfinished, { recursive: true });
  fill(unfinished);
  try {
    renameSync(unfinished, into);
  } catch (cause) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(into)) throw cause;
  }
}
