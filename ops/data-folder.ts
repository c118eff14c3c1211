import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PlainError } from './plain-error.ts';

export type DataFolder = {
  readonly path: string;
  /** Tells a second start who holds the folder. */
  announce(where: string): void;
  [Symbol.dispose](): void;
};

const freeBytesMin = 64 * 1024 * 1024;

/**
 * Makes the folder if it is missing and holds it for this process alone: a lock of the operating
 * system (SQLite's), so a killed process never leaves it locked. Fails with one sentence a person
 * can act on.
 */
export function openDataFolder(path: string): DataFolder {
  makeWritable(path);
  checkSpace(path);
  const lock = takeLock(path);
  const holderPath = join(path, 'holder.txt');
  return {
    path,
    announce: (where) => writeFileSync(holderPath, `process ${process.pid}, ${where}`),
    [Symbol.dispose]: () => {
      rmSync(holderPath, { force: true });
      lock.close();
    },
  };
}

function makeWritable(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new PlainError(
      `The data folder ${path} cannot be written (${reason}): ` +
        'mend its owner or mode, or name another one with PARLEY_DATA.',
    );
  }
}

function checkSpace(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize >= freeBytesMin) return;
  throw new PlainError(
    `The disk under ${path} is full (${Math.floor((bavail * bsize) / 1_048_576)} MiB free, ` +
      '64 are needed): make room, or name another folder with PARLEY_DATA.',
  );
}

function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, 'lock.db'));
    lock.exec('pragma journal_mode = delete; begin exclusive');
    return lock;
  } catch (cause) {
    lock?.close();
    const message = cause instanceof Error ? cause.message : '';
    if (/locked/.test(message)) {
      throw new PlainError(
        `The data folder ${path} is in use by another Parley (${holder(path)}): ` +
          'stop that one, or start this one with another PARLEY_DATA.',
      );
    }
    throw new PlainError(
      `The file lock.db in ${path} is damaged (${message}): ` +
        'it holds nothing, so delete it and start again.',
    );
  }
}

function holder(path: string): string {
  try {
    return readFileSync(join(path, 'holder.txt'), 'utf8');
  } catch {
    return 'which is only just starting or stopping';
  }
}
