import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import type { Change } from '@graphql-inspector/core';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, parse } from 'graphql';
import { readSdl } from '../../schemas/graphql/sdl.ts';

/** The whole face of the API in one file, as clients were promised it. */
export function publishedText(): string {
  return `# Written by \`npm run schema\` from the parts in graphql/.\n\n${readSdl()}`;
}

/** The SDL's types for TypeScript: what resolvers take and what clients may import. */
export async function typesText(): Promise<string> {
  const text = await codegen({
    documents: [],
    schema: parse(readSdl()),
    filename: 'types.ts',
    plugins: [{ typescript: {} }],
    pluginMap: { typescript },
    config: {
      ...{ enumsAsTypes: true, immutableTypes: true, skipTypename: true, useTypeImports: true },
      ...{ onlyOperationTypes: false, inputMaybeValue: 'T | null | undefined' },
      scalars: {
        DateTime: { input: 'Date', output: 'string' },
        Position: { input: 'bigint', output: 'string' },
        Cursor: 'string',
      },
      strictScalars: true,
    },
  });
  return `// Written by \`npm run schema\` from the SDL.\n${text}`;
}

/** A change that breaks clients and has no dated entry in the docs. */
export type Unannounced = { readonly path: string; readonly what: string };

/**
 * What changed between two schemas to the harm of somebody: removals, and what a client that reads
 * every answer may stumble over (a new member of a union, a new value of an enum is no harm:
 * clients must take unknown ones, LIVE_PROTOCOL.md). An entry of the docs names the path in
 * backticks under a heading with its date.
 */
export async function unannounced(
  before: string,
  after: string,
  entries: string,
): Promise<readonly Unannounced[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  const announced = pathsAnnounced(entries);
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map((change) => ({ path: pathOf(change), what: change.message }))
    .filter(({ path }) => !announced.has(path));
}

function pathOf({ path, type }: Change): string {
  return path ?? type;
}

const dated = /^## \d{4}-\d{2}-\d{2}\s*$/;

function pathsAnnounced(entries: string): ReadonlySet<string> {
  const found = new Set<string>();
  let under = false;
  for (const line of entries.split('\n')) {
    if (line.startsWith('#')) under = dated.test(line);
    if (under) for (const [, path = ''] of line.matchAll(/`([^`]+)`/g)) found.add(path);
  }
  return found;
}
