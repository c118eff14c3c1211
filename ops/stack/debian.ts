import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from '../plain-error.ts';

const triplets: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

/** Why Debian's packages cannot be had here; null when they can. */
export function missingDebian(): string | null {
  const there = ['apt-get', 'dpkg-deb'].every((program) => onPath(program) !== null);
  return there ? null : 'this machine has no Debian packages (apt-get, dpkg-deb)';
}

/** Where a program of this machine is, null when it has none. */
export function onPath(program: string): string | null {
  const { stdout, status } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]);
  return status === 0 ? stdout.toString().trim() : null;
}

/**
 * Unpacks packages, with those they need and this machine lacks, into a folder: nothing is
 * installed, and nobody has to be root. A folder that is there is complete.
 */
export function unpackDebian(packages: readonly string[], into: string): void {
  if (existsSync(into)) return;
  const unfinished = `${into}.${process.pid}.new`; // another process may do the same
  mkdirSync(unfinished, { recursive: true });
  run('apt-get', ['download', ...neededBy(packages)], unfinished);
  for (const file of readdirSync(unfinished).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['-x', file, 'root'], unfinished);
    rmSync(join(unfinished, file));
  }
  try {
    renameSync(unfinished, into);
  } catch (cause) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(into)) throw cause;
  }
}

/** A program of an unpacked package, and what it must be told to find its libraries. */
export function unpackedProgram(into: string, path: string) {
  const libraries = join(into, 'root/usr/lib', triplets[process.arch] ?? '');
  return { program: join(into, 'root', path), environment: { LD_LIBRARY_PATH: libraries } };
}

function neededBy(packages: readonly string[]): readonly string[] {
  const asked = ['install', '--print-uris', '-y', '--no-install-recommends', ...packages];
  const first = spawnSync('apt-get', asked, { encoding: 'utf8' });
  if (first.status !== 0 && process.getuid?.() === 0) run('apt-get', ['update'], '/');
  const listed = first.status === 0 ? first.stdout : run('apt-get', asked, '/');
  const names = [...listed.matchAll(/^'[^']+' ([^_\s]+)_/gm)].map(([, name]) => name ?? '');
  return names.length > 0 ? names : packages; // all are installed: only these are unpacked
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new PlainError(
    `${program} ${args.join(' ')} did not work (${stderr.trim().split('\n').at(-1)}): ` +
      'bring the lists of packages up to date (apt-get update), or look at the network.',
  );
}
