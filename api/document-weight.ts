import type { DocumentNode } from 'graphql';

/** Measured: a document of 2,000 tokens takes 1 MB parsed, a compiled one 24 KB beyond that. */
const bytesPerToken = 500;
const bytesPerDocument = 32_768;

/** What keeping a document takes, about, in bytes. */
export function weightOf(document: DocumentNode): number {
  let tokens = 0;
  for (let token = document.loc?.startToken ?? null; token; token = token.next) tokens += 1;
  const characters = document.loc?.source.body.length ?? 0;
  return bytesPerDocument + characters + tokens * bytesPerToken;
}
