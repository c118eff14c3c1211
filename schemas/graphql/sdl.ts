import { readFileSync } from 'node:fs';

const files = [
  ...(['base', 'query', 'person', 'conversation', 'message', 'search'] as const),
  ...(['mutation', 'live', 'analytics'] as const),
] as const;

/** The whole face of the API as one text; its parts lie beside this file. */
export function readSdl(): string {
  return files
    .map((name) => readFileSync(new URL(`./${name}.graphql`, import.meta.url), 'utf8'))
    .join('\n');
}
