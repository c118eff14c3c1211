import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tidy/sources.ts';

/** Our own schema, so that stock servers answer the same document with the same frames. */
export const sdl = readFileSync(join(root, 'schemas/published.graphql'), 'utf8');

export const group = {
  refusal: null,
  conversation: { __typename: 'Conversation', id: 'con_stock' },
};

let number = 0;

/** The event of a message as our frames show it, of plain objects; nothing is stored. */
export function messageSent({ text }: { readonly text: string }) {
  number += 1;
  const author = { __typename: 'Person', id: 'per_stock', name: 'Person 1' };
  const message = {
    ...{ __typename: 'Message', id: `msg_${number}`, number, text, author },
    sentAt: new Date().toISOString(),
  };
  return {
    ...{ __typename: 'MessageSent', position: String(number), conversationId: 'con_stock' },
    ...{ revision: number, message },
  };
}

export const progress = { __typename: 'Progress', cursor: 'stock', at: new Date().toISOString() };

export function announce(url: string): void {
  console.log(`${url}/  status\nCtrl-C stops it.`);
  process.once('SIGTERM', () => process.exit(0));
}
