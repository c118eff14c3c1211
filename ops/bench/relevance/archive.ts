import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { MessageDocument } from '../../adapters/search/port.ts';

type Line = {
  readonly conversation: string;
  readonly n: number;
  readonly at: string;
  readonly kind: string;
  readonly from: string;
  readonly text: string;
};

/** The messages of an archive (ops/docs/import-format.md) as documents of the search. */
export function messagesOf(path: string): readonly MessageDocument[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
    .filter(({ kind }) => kind === 'message')
    .map(({ conversation, n, at, from, text: said }, index) => ({
      ...{ of: 'message', id: `${conversation}:${n + 1}`, version: BigInt(index + 1) },
      ...{ conversationId: conversation, number: n + 1, author: from, text: said, has: [] },
      sentAtMs: Date.parse(at),
    }));
}

/** As judgements name a message: its conversation and line. */
export function nameOf(of: { readonly conversationId: string; readonly number: number }): string {
  return `${of.conversationId} line ${of.number - 1}`;
}

/** Everything that is there, for somebody who may see it all. */
export function everythingIn(documents: readonly MessageDocument[]) {
  const ids = new Set(documents.map(({ conversationId }) => conversationId));
  return [...ids].map((conversationId) => ({ conversationId, first: 1, last: null }));
}
