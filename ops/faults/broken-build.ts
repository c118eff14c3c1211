import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../tidy/sources.ts';
import type { BrokenBuild } from './fault.ts';

const rooms = ['api', 'commands', 'domain', 'ops', 'projections', 'schemas', 'workers'];

/** A copy of the code with one line changed; the code itself is not touched. */
export function breakBuild({
  file,
  from,
  to,
}: BrokenBuild): Disposable & { readonly code: string } {
  const code = mkdtempSync(join(tmpdir(), 'parley-broken-'));
  for (const name of [...rooms, 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(code, name), { recursive: true });
  }
  const modules = join(root, 'node_modules');
  if (existsSync(modules)) symlinkSync(modules, join(code, 'node_modules'));
  const path = join(code, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return { code, [Symbol.dispose]: () => rmSync(code, { recursive: true, force: true }) };
}
