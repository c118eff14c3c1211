import { spawnSync } from 'node:child_process';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { files, root } from '../tidy/sources.ts';
import { writeReport } from './page.ts';

const benches = files().filter((path) => path.endsWith('.bench.ts'));
const ofTheWhole = benches.filter((path) => path.startsWith('ops/bench/'));
const ofParts = benches.filter((path) => !path.startsWith('ops/bench/'));
const namesOf = (paths: readonly string[]) =>
  paths.map((path) => basename(path, '.bench.ts')).join(', ');

const help = `npm run bench -- NAME

Runs a measurement, prints what it saw and keeps it in ops/bench/results. A bound that is missed
is told; it fails nothing.

  of the whole   ${namesOf(ofTheWhole)}
  of a part      ${namesOf(ofParts)}
  all            those of the whole, one after another, then report
  report         writes ops/docs/benches.md, its pictures and capacity.md from the results

  --profile         keeps a CPU profile in ops/bench/profiles and a flame picture in
                    ops/docs/pictures; such a run is slower and is not kept as a result
  --archive FILE    the archive that the bench import takes; without it import is left out
  --rate N          pipeline: N messages a second and no other rate, for 5 minutes unless told
  --seconds N       pipeline: how long each rate is kept up
  --seeded FOLDER   where seeded histories are kept (5 GiB; ops/bench/seeded unless told)
  --help            this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    profile: { type: 'boolean' },
    archive: { type: 'string' },
    seeded: { type: 'string' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const [name] = positionals;
if (values.help || name === undefined) console.log(help);
else if (name === 'report') writeReport();
else {
  const failed = chosen(name).filter((path) => !run(path));
  if (name === 'all') writeReport();
  if (failed.length > 0) throw new PlainError(`These did not come to an end: ${namesOf(failed)}`);
}

function chosen(asked: string): readonly string[] {
  if (asked === 'all') return ofTheWhole;
  const path = benches.find((one) => basename(one, '.bench.ts') === asked);
  if (path === undefined) throw new PlainError(`There is no bench ${asked}.\n\n${help}`);
  return [path];
}

function run(path: string): boolean {
  console.log(`\n${path}`);
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [join(root, path)], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(values.profile && { PARLEY_TEST_PROFILE: '1' }),
      ...(values.archive && { PARLEY_TEST_ARCHIVE: resolve(values.archive) }),
      ...(values.rate && { PARLEY_TEST_RATE: values.rate }),
      ...(values.seconds && { PARLEY_TEST_SECONDS: values.seconds }),
      ...(values.seeded && { PARLEY_TEST_SEEDED: resolve(values.seeded) }),
    },
  });
  console.log(`  took ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  return status === 0;
}
