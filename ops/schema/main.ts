import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readSdl } from '../../schemas/graphql/sdl.ts';
import { publishedText, typesText, unannounced } from './files.ts';

const help = `npm run schema: after a change of schemas/graphql/*.graphql.

Writes schemas/published.graphql and schemas/graphql/types.ts anew. A change that breaks
clients is written only when ops/docs/api-changes.md has an entry for it: a heading
with the date (## 2026-11-24) and, under it, the path in backticks with the way out.

  --help    this text`;

const { values: flags } = parseArgs({ options: { help: { type: 'boolean' } } });
if (flags.help) console.log(help);
else process.exitCode = await write();

async function write(): Promise<number> {
  const at = (path: string) => new URL(`../../${path}`, import.meta.url);
  const published = at('schemas/published.graphql');
  if (existsSync(published)) {
    const entries = readFileSync(at('ops/docs/api-changes.md'), 'utf8');
    const missing = await unannounced(readFileSync(published, 'utf8'), readSdl(), entries);
    for (const { path, what } of missing) console.error(`breaks clients: \`${path}\` (${what})`);
    if (missing.length > 0) {
      console.error('Nothing was written. Announce it in ops/docs/api-changes.md, or undo it.');
      return 1;
    }
  }
  writeFileSync(published, publishedText());
  writeFileSync(at('schemas/graphql/types.ts'), await typesText());
  console.log('schemas/published.graphql and schemas/graphql/types.ts are written.');
  return 0;
}
