import type { Asked, SeenMessage } from '../../simulate/history.ts';

// What the recorder's people ask, and how what they get is told in a history.

/** A message as its readers get it. */
export type MessageNode = {
  readonly number: number;
  readonly state: 'PRESENT' | 'DELETED' | 'ERASED';
  readonly text: string | null;
  readonly author: { readonly id: string };
  readonly replyTo: { readonly number: number } | null;
};

const messageFields = 'number state text author { id } replyTo { number }';
const idLength = 36; // every text begins with its client id and a space

/** As a history tells it: known by the id in its text. */
export function seenMessage(node: MessageNode): SeenMessage {
  const { number, text } = node;
  return {
    number,
    message: text === null ? null : text.slice(0, idLength),
    author: node.author.id,
    state: node.state.toLowerCase() as SeenMessage['state'],
    text: text === null ? null : text.slice(idLength + 1),
    replyTo: node.replyTo?.number ?? null,
  };
}

export const liveDocument = `subscription ($after: Cursor) {
  events(after: $after) {
    __typename
    ... on StoredEvent { position }
    ... on ConversationEvent { conversationId revision }
    ... on MessageSent { message { ${messageFields} } }
    ... on MessageEdited { message { ${messageFields} } }
    ... on MessageDeleted { message { ${messageFields} } }
    ... on MembersChanged { joined { person { id } } left { person { id } } }
    ... on ParticipationChanged { conversationId my { member } }
    ... on Progress { cursor }
  }
}`;

export const pageDocument = `query ($id: ID!, $atLeast: Position, $last: Int!, $before: String) {
  conversation(id: $id, atLeast: $atLeast) {
    messages(last: $last, before: $before) {
      edges { node { ${messageFields} } }
      pageInfo { startCursor hasPreviousPage }
    }
  }
}`;

export const inboxDocument = `query ($atLeast: Position) {
  viewer(atLeast: $atLeast) {
    inbox(first: 100, filter: ALL) {
      edges { node { id lastNumber my { deliveredUpTo readUpTo unread } } }
    }
  }
}`;

/** A mutation of one input: its field, its input's type, and what is asked of the payload. */
type Mutation = readonly [field: string, input: string, more: string];

const mutations: Readonly<Record<string, Mutation>> = {
  send: ['sendMessage', 'SendMessageInput', 'message { number }'],
  edit: ['editMessage', 'EditMessageInput', ''],
  delete: ['deleteMessage', 'DeleteMessageInput', ''],
  join: ['join', 'ConversationInput', ''],
  leave: ['leave', 'ConversationInput', ''],
  close: ['closeConversation', 'ConversationInput', ''],
  add: ['addMembers', 'AddMembersInput', ''],
  remove: ['removeMember', 'RemoveMemberInput', ''],
  clear: ['clearHistory', 'ClearHistoryInput', ''],
  read: ['markRead', 'MarkInput', ''],
  delivered: ['markDelivered', 'MarkInput', ''],
  direct: ['openDirect', 'OpenDirectInput', 'conversation { id }'],
  group: ['createGroup', 'CreateGroupInput', 'conversation { id }'],
  channel: ['createChannel', 'CreateChannelInput', 'conversation { id }'],
};

export type Change = Exclude<Asked, { readonly do: 'read-page' | 'read-inbox' }>;

/** The mutation for what is asked; of an edit, `message` is the id of the message. */
export function mutationFor(asked: Change, message: string) {
  const [name, input] = inputFor(asked, message);
  const [field, type, more] = mutations[name] ?? ['', '', ''];
  const query = `mutation ($input: ${type}!) {
    answer: ${field}(input: $input) { refusal { code message } position ${more} }
  }`;
  return { query, input };
}

type NamedInput = readonly [name: string, input: object];

function inputFor(asked: Change, edited: string): NamedInput {
  if (asked.do === 'start') return startInput(asked);
  const conversationId = asked.conversation;
  switch (asked.do) {
    case 'send': {
      const { message: clientId, replyTo } = asked;
      return ['send', { conversationId, clientId, text: marked(clientId, asked.text), replyTo }];
    }
    case 'edit': {
      const { number } = asked;
      return ['edit', { conversationId, number, text: marked(edited, asked.text) }];
    }
    case 'delete':
      return ['delete', { conversationId, number: asked.number, for: 'EVERYONE' }];
    case 'mark': {
      const name = asked.read === null ? 'delivered' : 'read';
      return [name, { conversationId, number: asked.read ?? asked.delivered }];
    }
    case 'add':
      return ['add', { conversationId, personIds: asked.people }];
    case 'remove':
      return ['remove', { conversationId, personId: asked.people[0] }];
    case 'clear':
      return ['clear', { conversationId, upTo: asked.upTo }];
    default:
      return [asked.do, { conversationId }];
  }
}

function startInput({ kind, people }: Extract<Asked, { readonly do: 'start' }>): NamedInput {
  const [, ...others] = people;
  if (kind === 'direct') return ['direct', { personId: others[0] }];
  const title = 'Recorded';
  return [kind, kind === 'group' ? { title, memberIds: others } : { title }];
}

/** A text as it is sent, with the id by which a reader can name it. */
function marked(message: string, text: string): string {
  return `${message} ${text}`;
}
