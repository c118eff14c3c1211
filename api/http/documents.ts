import { readFileSync } from 'node:fs';
import type { Link } from './status-page.ts';

/** Pages of the documentation that a client's author or an operator wants beside the platform. */
const documents = {
  'live-protocol': { name: 'Live protocol', file: '../../schemas/LIVE_PROTOCOL.md' },
  'api-changes': { name: 'Changes of the API', file: '../../ops/docs/api-changes.md' },
  'import-format': { name: 'Import format', file: '../../ops/docs/import-format.md' },
} as const;

export const documentLinks: readonly Link[] = Object.entries(documents).map(([path, { name }]) => ({
  path: `/docs/${path}`,
  name,
}));

const read = new Map<string, string>();

/**
 * The text of a page, as it stands in the repository; null for any other name. Anybody may ask as
 * often as she likes, so the file is read once.
 */
export function readDocument(name: string): string | null {
  const known = read.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(documents, name)) return null;
  const { file } = documents[name as keyof typeof documents];
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  read.set(name, text);
  return text;
}
