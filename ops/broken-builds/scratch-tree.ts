import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { files, root } from '../tidy/sources.ts';
import type { Defect } from './defect.ts';
import { withDefect } from './defect.ts';

/** A copy of the tree to break things in: the checkout is never touched. */
export type ScratchTree = Disposable & {
  readonly path: string;
  /** Breaks it until what is returned is disposed of. */
  breakBy(defect: Defect): Disposable;
};

/** So many of them, for defects that are tried at once. */
export function openScratchTrees(
  count: number,
): Disposable & { readonly all: readonly ScratchTree[] } {
  const all = Array.from({ length: count }, openScratchTree);
  return {
    all,
    [Symbol.dispose]: () => {
      for (const tree of all) tree[Symbol.dispose]();
    },
  };
}

export function openScratchTree(): ScratchTree {
  const path = mkdtempSync(join(tmpdir(), 'parley-broken-'));
  for (const file of files()) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    cpSync(join(root, file), join(path, file));
  }
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
  return {
    path,
    breakBy: (defect) => {
      const file = join(path, defect.file);
      const whole = readFileSync(file, 'utf8');
      writeFileSync(file, withDefect(defect, whole));
      return { [Symbol.dispose]: () => writeFileSync(file, whole) };
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
