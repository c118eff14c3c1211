import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PlainError } from '../plain-error.ts';
import { cacheFolder } from './cache-folder.ts';
import { isOnPath } from './on-path.ts';
import type { Command, StackServer } from './server.ts';
import { fillFolder } from './whole-folder.ts';

const triplets: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

/** How Debian names this machine in the folders of its libraries. */
export const debianTriplet = (): string => triplets[process.arch] ?? '';

export type DebianProgram = Pick<StackServer, 'missing' | 'fetch'> & {
  /** What is run, and what it must be told to find its libraries. */
  found(): Pick<Command, 'program' | 'environment'>;
};

/** A program of this machine, or else out of the package of Debian that has it. */
export function programOfDebian(of: {
  readonly package: string;
  readonly path: string; // in the package
  readonly megabytes: string; // for people
}): DebianProgram {
  const name = basename(of.path);
  const unpacked = cacheFolder(of.package);
  return {
    missing: () => (isOnPath(name) ? null : missingDebian()),
    fetch: async (tell) => {
      if (isOnPath(name) || existsSync(unpacked)) return;
      tell(`${of.package} from Debian (${of.megabytes} MB)`);
      unpackDebian([of.package], unpacked);
    },
    found: () => {
      if (isOnPath(name)) return { program: name };
      const libraries = join(unpacked, 'root/usr/lib', debianTriplet());
      return {
        program: join(unpacked, 'root', of.path),
        environment: { LD_LIBRARY_PATH: libraries },
      };
    },
  };
}

function missingDebian(): string | null {
  const there = ['apt-get', 'dpkg-deb'].every(isOnPath);
  return there ? null : 'this machine has no Debian packages (apt-get, dpkg-deb)';
}

/**
 * Unpacks packages, with those they need and this machine lacks, into a folder: nothing is
 * installed, and nobody has to be root.
 */
function unpackDebian(packages: readonly string[], into: string): void {
  fillFolder(into, (folder) => {
    run('apt-get', ['download', ...neededBy(packages)], folder);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      run('dpkg-deb', ['-x', file, 'root'], folder);
      rmSync(join(folder, file));
    }
  });
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
