import type { ExecutionResult } from 'graphql';
import type { ConversationId, UserId } from '../../../domain/ids.ts';
import { decodeNodeId, encodeNodeId } from '../../../schemas/graphql/node-id.ts';
import type { Asked, InboxRow, Page, SeenMessage } from '../history.ts';
import type { Request } from '../network.ts';
import type { Outcome } from '../recorder.ts';
import { documents } from './documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read by those who know what they asked
export type Answer = any;

/** Ids of the history are the platform's own; the API wraps them. */
export function conversationNode(id: string): string {
  return encodeNodeId({ type: 'Conversation', conversationId: id as ConversationId });
}

export function personNode(id: string): string {
  return encodeNodeId({ type: 'Person', userId: id as UserId });
}

export function idIn(node: string): string {
  const found = decodeNodeId(node);
  if (found?.type === 'Conversation') return found.conversationId;
  if (found?.type === 'Person') return found.userId;
  throw new Error(`this is no id of a conversation or a person: ${node}`);
}

/** The client id of a message, which each of its texts begins with. */
export type NameOf = (conversation: string, number: number) => string;

/** How each thing that can be asked is asked; the field is where its answer stands. */
export function requestOf(asked: Asked, nameOf: NameOf): Request & { readonly field: string } {
  const input = (field: keyof typeof documents, more: object) => {
    const where = 'conversation' in asked ? conversationNode(asked.conversation) : undefined;
    const variables = { input: { ...(where && { conversationId: where }), ...more } };
    return { field, text: documents[field], variables };
  };
  switch (asked.do) {
    case 'start':
      return startOf(asked, input);
    case 'join':
    case 'leave':
      return input(asked.do, {});
    case 'close':
      return input('closeConversation', {});
    case 'add':
      return input('addMembers', { personIds: asked.people.map(personNode) });
    case 'remove':
      return input('removeMember', { personId: personNode(asked.people[0] ?? '') });
    case 'send': {
      const { message: clientId, text, replyTo } = asked;
      return input('sendMessage', { clientId, text: `${clientId} ${text}`, replyTo });
    }
    case 'edit':
      return input('editMessage', {
        ...{ number: asked.number },
        text: `${nameOf(asked.conversation, asked.number)} ${asked.text}`,
      });
    case 'delete':
      return input('deleteMessage', { number: asked.number, for: 'EVERYONE' });
    case 'mark':
      return asked.read === null
        ? input('markDelivered', { number: asked.delivered })
        : input('markRead', { number: asked.read });
    case 'clear':
      return input('clearHistory', { upTo: asked.upTo });
    case 'read-page':
      return {
        ...{ field: 'conversation', text: documents.page },
        variables: { ...pageVariables(asked.conversation), atLeast: asked.atLeast },
      };
    case 'read-inbox':
      return { field: 'viewer', text: documents.inbox, variables: { atLeast: asked.atLeast } };
  }
}

export function pageVariables(conversation: string) {
  return { id: conversationNode(conversation), atLeast: null, last: 100, before: null };
}

type Input = (field: keyof typeof documents, more: object) => Request & { readonly field: string };

function startOf({ kind, people }: Extract<Asked, { readonly do: 'start' }>, input: Input) {
  if (kind === 'direct') return input('openDirect', { personId: personNode(people[0] ?? '') });
  if (kind === 'channel') return input('createChannel', { title: 'A channel' });
  return input('createGroup', { title: 'A group', memberIds: people.map(personNode) });
}

/** Codes of errors after which certainly nothing is stored. */
const refusing = new Set(['LIMITED', 'BAD_INPUT', 'UNAUTHENTICATED']);

/** What an answer comes to; none, or one that says that something broke, leaves it unknown. */
export function outcomeOf(asked: Asked, field: string, result: ExecutionResult | null): Outcome {
  const [error] = result?.errors ?? [];
  if (!result) return { outcome: 'unknown' };
  if (error) {
    const code = String(error.extensions?.code);
    return refusing.has(code) ? { outcome: 'refused', code } : { outcome: 'unknown', code };
  }
  const answer: Answer = result.data?.[field];
  if (asked.do === 'read-page') return { outcome: 'ok', page: pageIn(answer) };
  if (asked.do === 'read-inbox') return { outcome: 'ok', inbox: inboxIn(answer) };
  if (answer.refusal) return { outcome: 'refused', code: answer.refusal.code };
  const { position, conversation, message } = answer;
  return {
    ...{ outcome: 'ok', position },
    ...(asked.do === 'start' && conversation && { conversation: idIn(conversation.id) }),
    // None where the read models are too far behind to say, or where she has cleared it since.
    ...(asked.do === 'send' && message && { number: message.number }),
  };
}

export function pageIn(conversation: Answer): Page {
  const edges: Answer[] = conversation?.messages.edges ?? [];
  return { newest: true, messages: edges.map(({ node }) => seenIn(node)) };
}

function inboxIn(viewer: Answer): readonly InboxRow[] {
  return viewer.inbox.edges.map(({ node }: Answer) => ({
    conversation: idIn(node.id),
    last: node.lastNumber,
    delivered: node.my.deliveredUpTo,
    read: node.my.readUpTo,
    unread: node.my.unread,
  }));
}

const clientIdLength = 36;

/** A message by the client id that its text begins with. */
export function seenIn({ number, text, state, author, replyTo }: Answer): SeenMessage {
  return {
    ...{ number, author: idIn(author.id), state: state.toLowerCase() },
    message: text === null ? null : text.slice(0, clientIdLength),
    text: text === null ? null : text.slice(clientIdLength + 1),
    replyTo: replyTo?.number ?? null,
  };
}
