import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

/** A file that the explorer's page needs. */
export type ExplorerFile = {
  readonly name: string; // the last part of its address
  readonly type: string; // of its content
  readonly body: Buffer;
};

export type ExplorerFiles = {
  /** Changes whenever a file does: the middle of every address, so that answers never go stale. */
  readonly version: string;
  find(name: string): ExplorerFile | null;
};

const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

/** Built for browsers by their makers, served as they are: [package, path in it, name here]. */
const packaged = [
  ['react', 'umd/react.production.min.js', 'react.js'],
  ['react-dom', 'umd/react-dom.production.min.js', 'react-dom.js'],
  ['graphiql', 'graphiql.min.js', 'graphiql.js'],
  ['graphiql', 'graphiql.min.css', 'graphiql.css'],
  ['graphql-ws', 'umd/graphql-ws.min.js', 'graphql-ws.js'],
] as const;

const own = ['page', 'fetcher', 'operations', 'memory', 'watch', 'uuid-v7'] as const;

/** Reads the closed list once. A name that is not on it is no file, whatever lies on the disk. */
export function readExplorerFiles(): ExplorerFiles {
  const all = [...packaged.map(readPackaged), ...own.map(readOwn)];
  const byName = new Map(all.map((file) => [file.name, file]));
  const digest = createHash('sha256');
  for (const { name, body } of all) digest.update(`${name} ${body.length} `).update(body);
  return {
    version: digest.digest('hex').slice(0, 16),
    find: (name) => byName.get(name) ?? null,
  };
}

function readPackaged([from, path, name]: (typeof packaged)[number]): ExplorerFile {
  const body = readFileSync(join(folderOf(from), path));
  return { name, body, type: name.endsWith('.css') ? style : script };
}

/** Our own modules go out under their own names: they import each other by them. */
function readOwn(name: (typeof own)[number]): ExplorerFile {
  const typed = readFileSync(new URL(`./browser/${name}.ts`, import.meta.url), 'utf8');
  return { name: `${name}.ts`, type: script, body: Buffer.from(stripTypeScriptTypes(typed)) };
}

function folderOf(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
