import type { Dirent } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ListedObject } from '../port.ts';
import { flushFolders, headBytes, unavailable } from './folder.ts';

/** Behind the last segment of a key: so `a` and `a/b` may both be there. */
const mark = '@';

/** Where the object of a key lies, which is a checked one. */
export function pathOf(root: string, key: string): string {
  return join(root, ...`${key}${mark}`.split('/'));
}

/** Removes the file of a key for good, and the folders that are empty then. */
export async function removeKey(root: string, key: string): Promise<void> {
  const path = pathOf(root, key);
  try {
    await rm(path, { force: true });
    await flushFolders(dirname(path), dirname(path));
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
      const isEmpty = await rmdir(folder).then(
        () => true,
        () => false, // others lie there
      );
      if (!isEmpty) return;
    }
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** All whose key begins so, ascending by key: a folder's keys go on behind its name with `/`. */
export async function* listKeys(root: string, prefix: string): AsyncGenerator<ListedObject> {
  yield* listIn({ folder: root, begins: '' }, prefix);
}

type Place = { readonly folder: string; readonly begins: string };

async function* listIn({ folder, begins }: Place, prefix: string): AsyncGenerator<ListedObject> {
  const named = (await entriesOf(folder)).map((entry) =>
    entry.isDirectory()
      ? { entry, name: `${begins}${entry.name}/` }
      : { entry, name: `${begins}${entry.name.slice(0, -mark.length)}` },
  );
  named.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { entry, name } of named) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (!name.startsWith(prefix)) continue;
      const found = await stat(path).catch(() => null); // deleted meanwhile
      if (found === null) continue;
      const modifiedAtMs = Math.round(found.mtimeMs);
      yield { key: name, bytes: found.size - headBytes, modifiedAtMs };
    } else if (name.startsWith(prefix) || prefix.startsWith(name)) {
      yield* listIn({ folder: path, begins: name }, prefix);
    }
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw unavailable(cause);
  });
}
