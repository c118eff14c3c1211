import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from '../plain-error.ts';
import { cacheFolder } from './cache-folder.ts';
import type { StackServer } from './server.ts';

export type GoProgram = Pick<StackServer, 'missing' | 'unasked' | 'fetch'> & {
  /** What is run, once it is there. */
  readonly program: string;
};

const buildMsMax = 40 * 60_000;
/** Where Go's own installer puts it, which not every PATH has. */
const places = ['go', '/usr/local/go/bin/go'];

/** A program that is built from a Go module of one version, once for all checkouts. */
export function programOfGo(of: {
  readonly name: string;
  readonly main: string; // the package to build
  readonly version: string; // of its module
  readonly minutes: string; // for people
}): GoProgram {
  const program = cacheFolder(`${of.name}-${of.version}`, of.name);
  return {
    program,
    missing: () => {
      if (existsSync(program) || found() !== null) return null;
      return `${of.name} is built with Go, which is not here: put go 1.26 or newer on the PATH`;
    },
    unasked: () => (existsSync(program) ? null : `building it takes ${of.minutes} minutes, once`),
    fetch: async (tell) => {
      if (existsSync(program)) return;
      tell(`${of.name} as a Go module, and builds it (${of.minutes} minutes, once)`);
      build(of, program);
    },
  };
}

function found(): string | null {
  const answers = (go: string) => spawnSync(go, ['version']).status === 0;
  return places.find(answers) ?? null;
}

/**
 * In a module of its own, which takes what has `replace` lines too. Nothing is left in the user's
 * folders of Go, and what was only needed to build goes.
 */
function build({ name, main, version }: Parameters<typeof programOfGo>[0], program: string): void {
  const folder = cacheFolder(`${name}-${version}.${process.pid}.new`); // another may do the same
  mkdirSync(folder, { recursive: true });
  const kept = { GOPATH: join(folder, 'path'), GOCACHE: join(folder, 'built') };
  const env = { ...process.env, ...kept, GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'local' };
  const unfinished = join(folder, name);
  try {
    for (const args of [
      ['mod', 'init', `stack/${name}`],
      ['get', '-tool', `${main}@${version}`],
      ['build', '-trimpath', '-ldflags', '-s -w', '-o', unfinished, main],
    ]) {
      const go = found() ?? 'go';
      const { status, signal, stderr } = spawnSync('nice', [go, ...args], {
        ...{ cwd: folder, env, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 },
        timeout: buildMsMax,
      });
      if (status === 0) continue;
      const reason = signal ?? stderr.trim().split('\n').at(-1);
      throw new PlainError(`go ${args.join(' ')} did not work (${reason}): look at the network.`);
    }
    mkdirSync(join(program, '..'), { recursive: true });
    renameSync(unfinished, program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
