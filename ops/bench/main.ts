import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { files, root } from '../tidy/sources.ts';

const benches = new Map(
  files()
    .filter((path) => path.endsWith('.bench.ts'))
    .map((path) => [basename(path, '.bench.ts'), path]),
);

const help = `npm run bench -- NAME

Runs a measurement and prints what it saw; nothing is judged.
There are: ${[...benches.keys()].join(', ')}, or all.

  --help    this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' } },
});
const [name] = positionals;
if (values.help || name === undefined) console.log(help);
else for (const path of chosen(name)) run(path);

function chosen(asked: string): readonly string[] {
  if (asked === 'all') return [...benches.values()];
  const path = benches.get(asked);
  if (path === undefined) throw new PlainError(`There is no bench ${asked}.\n\n${help}`);
  return [path];
}

function run(path: string): void {
  console.log(`\n${path}`);
  spawnSync(process.execPath, [join(root, path)], { cwd: root, stdio: 'inherit' });
}
