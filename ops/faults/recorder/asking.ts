import type { Answer, Somebody } from '../../bench/load/people.ts';
import type { Asked, InboxRow, Page } from '../../simulate/history.ts';
import type { MessageNode } from './documents.ts';
import { inboxDocument, mutationFor, pageDocument, seenMessage } from './documents.ts';
import type { Reply } from './recorder.ts';

/** One question of one person, as it goes to the API. */
export type Question = {
  readonly url: string;
  readonly who: Somebody;
  readonly asked: Asked;
  readonly message?: string | undefined; // of an edit: the id of the message
  readonly before?: string | null | undefined; // of a page: the cursor where it ends
};

export const pageLength = 50;
const answerWithinMs = 10_000;

/** Nothing was stored when one of these comes back; after any other error it may have been. */
const certain = new Set(['BAD_INPUT', 'UNAUTHENTICATED', 'LIMITED']);

/** Asks over HTTP. Silence and an error that promises nothing are `unknown`. */
export async function carryOut(
  question: Question,
): Promise<Reply & { readonly next?: string | null }> {
  const { asked } = question;
  try {
    if (asked.do === 'read-page') return await readPage(question, asked);
    if (asked.do === 'read-inbox') return await readInbox(question, asked.atLeast);
    const { query, input } = mutationFor(asked, question.message ?? '');
    const { answer } = await post(question, query, { input });
    const { refusal, position, message, conversation } = answer;
    if (refusal) return { outcome: 'refused', code: refusal.code, said: refusal.message };
    // Stored, but not shown in time: which number it has, a repeat tells.
    if (asked.do === 'send' && !message) return { outcome: 'unknown' };
    return {
      outcome: 'ok',
      position,
      ...(message && { number: message.number }),
      ...(conversation && { conversation: conversation.id }),
    };
  } catch (cause) {
    return failed(cause);
  }
}

function failed(cause: unknown): Reply {
  if (!(cause instanceof Refused)) return { outcome: 'unknown' };
  const { code, message: said } = cause;
  return { outcome: certain.has(code) ? 'refused' : 'unknown', code, said };
}

/** An error of the API. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function post({ url, who }: Question, query: string, variables: object): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${who.token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const { data, errors }: Answer = await response.json();
  const [error] = errors ?? [];
  if (!error) return data;
  // A reference is another one each time.
  const message = String(error.message).replace(/reference [\w-]+/, 'reference …');
  throw new Refused(error.extensions?.code ?? 'NONE', message);
}

async function readPage(question: Question, asked: Extract<Asked, { do: 'read-page' }>) {
  const { conversation } = await post(question, pageDocument, {
    ...{ id: asked.conversation, atLeast: asked.atLeast },
    ...{ last: pageLength, before: question.before ?? null },
  });
  if (!conversation) return { outcome: 'refused', code: 'NOT_VISIBLE' } as const;
  const { edges, pageInfo } = conversation.messages;
  const nodes: readonly { readonly node: MessageNode }[] = edges;
  const messages = nodes.map(({ node }) => seenMessage(node));
  const page: Page = { newest: !question.before, messages };
  const next = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
  return { outcome: 'ok', page, next } as const;
}

/**
 * The highest number of a conversation and what is unread in it are two statements. A row is told
 * only where the number did not change around the one that tells of unread messages.
 */
async function readInbox(question: Question, atLeast: string | null) {
  const before = rowsOf(await post(question, inboxDocument, { atLeast }));
  const after = rowsOf(await post(question, inboxDocument, { atLeast }));
  const lastBefore = new Map(before.map(({ conversation, last }) => [conversation, last]));
  const inbox = after.filter(({ conversation, last }) => lastBefore.get(conversation) === last);
  return { outcome: 'ok', inbox } as const;
}

function rowsOf({ viewer }: Answer): readonly InboxRow[] {
  return viewer.inbox.edges.map(
    ({ node: { id, lastNumber, my } }: Answer): InboxRow => ({
      conversation: id,
      last: lastNumber,
      ...{ delivered: my.deliveredUpTo, read: my.readUpTo, unread: my.unread },
    }),
  );
}
