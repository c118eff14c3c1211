import type { Personal } from '../../domain/personal.ts';
import type { IndexChange, MessageTrait } from '../../ops/adapters/search/port.ts';

/** What a message's document is made from. */
export type Said = {
  readonly conversationId: string;
  readonly number: number;
  readonly author: string;
  readonly sentAtMs: number;
  readonly text: Personal;
  readonly reacted: boolean; // somebody has put an emoji on it
};

/** `<conversation>:<number>` */
export function messageDocumentId(conversationId: string, number: number): string {
  return `${conversationId}:${number}`;
}

/** The message as it is found; one without a text is not found. */
export function messageDocument({ text, reacted, ...said }: Said, version: bigint): IndexChange {
  const id = messageDocumentId(said.conversationId, said.number);
  if (text === null) return { kind: 'remove', id, version };
  const has = traitsOf(text, reacted);
  return { kind: 'put', document: { of: 'message', id, version, ...said, text, has } };
}

function traitsOf(text: string, reacted: boolean): readonly MessageTrait[] {
  return [
    ...(link.test(text) ? (['link'] as const) : []),
    ...(mention.test(text) ? (['mention'] as const) : []),
    ...(reacted ? (['reaction'] as const) : []),
  ];
}

const link = /\bhttps?:\/\/[^\s/]/i;

/** A handle's shape behind an @ that no word and no other sign of an address stands before. */
const mention = /(?<![\p{L}\p{N}._@-])@[a-z][a-z0-9_.]{2,31}/iu;
