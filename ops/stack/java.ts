import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from '../plain-error.ts';
import { isOnPath } from './on-path.ts';

/** What compiles and runs Java of this version or newer. */
export type Jdk = { readonly home: string; program(name: 'java' | 'javac' | 'jar'): string };

const usualPlaces = ['/usr/lib/jvm', '/opt', '/Library/Java/JavaVirtualMachines'];

/** The JDK that JAVA_HOME names, or the newest that lies in a usual place; null where none is. */
export function findJdk(versionMin: number): Jdk | null {
  const own = process.env.JAVA_HOME;
  const places = usualPlaces
    .filter(existsSync)
    .flatMap((folder) =>
      readdirSync(folder).flatMap((name) => [
        join(folder, name),
        join(folder, name, 'Contents/Home'),
      ]),
    );
  const found = [...(own ? [own] : []), ...places]
    .filter((home) => existsSync(join(home, 'bin/javac')))
    .map((home) => ({ home, version: versionOf(home) }))
    .filter(({ version }) => version >= versionMin);
  const chosen = found.find(({ home }) => home === own) ?? newest(found);
  if (!chosen) return null;
  const { home } = chosen;
  return { home, program: (name) => join(home, 'bin', name) };
}

/** Why Java of this version cannot be compiled from Maven Central here; null when it can. */
export function missingJava(versionMin: number): string | null {
  if (findJdk(versionMin) === null) {
    return `this machine has no JDK of version ${versionMin} or newer (set JAVA_HOME to one)`;
  }
  return isOnPath('mvn') ? null : 'this machine has no Maven (mvn)';
}

/** Runs one of the tools; a failure is told with its last line. */
export function runTool(
  program: string,
  args: readonly string[],
  { cwd, jdk }: { readonly cwd: string; readonly jdk: Jdk },
): void {
  const env = { ...process.env, JAVA_HOME: jdk.home };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...{ cwd, env, encoding: 'utf8' },
  });
  if (status === 0) return;
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? error?.message;
  throw new PlainError(`${program} ${args[0]} did not work (${said}): look at the network.`);
}

/** From the file that every JDK has: it need not be started. */
function versionOf(home: string): number {
  const said = spawnSync('sh', ['-c', '. "$1/release" && echo "$JAVA_VERSION"', 'sh', home], {
    encoding: 'utf8',
  });
  return Number.parseInt(said.stdout, 10) || 0;
}

function newest<One extends { readonly version: number }>(all: readonly One[]): One | undefined {
  return all.toSorted((a, b) => b.version - a.version)[0];
}
