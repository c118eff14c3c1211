/** What people ask, as documents of the API. */
const shown = `fragment Shown on Message {
  number text state author { id } replyTo { number }
}`;
const refusal = 'refusal { code } position';
const mutation = (field: string, input: string, more = ''): string =>
  `mutation ($input: ${input}!) { ${field}(input: $input) { ${refusal} ${more} } }`;

export const documents = {
  register: `mutation ($input: RegisterInput!) {
    register(input: $input) { ${refusal} viewer { person { id } } }
  }`,
  openDirect: mutation('openDirect', 'OpenDirectInput', 'conversation { id }'),
  createGroup: mutation('createGroup', 'CreateGroupInput', 'conversation { id }'),
  createChannel: mutation('createChannel', 'CreateChannelInput', 'conversation { id }'),
  updateConversation: mutation('updateConversation', 'UpdateConversationInput'),
  join: mutation('join', 'ConversationInput'),
  leave: mutation('leave', 'ConversationInput'),
  closeConversation: mutation('closeConversation', 'ConversationInput'),
  addMembers: mutation('addMembers', 'AddMembersInput'),
  removeMember: mutation('removeMember', 'RemoveMemberInput'),
  sendMessage: mutation('sendMessage', 'SendMessageInput', 'message { number }'),
  editMessage: mutation('editMessage', 'EditMessageInput'),
  deleteMessage: mutation('deleteMessage', 'DeleteMessageInput'),
  markDelivered: mutation('markDelivered', 'MarkInput'),
  markRead: mutation('markRead', 'MarkInput'),
  clearHistory: mutation('clearHistory', 'ClearHistoryInput'),
  page: `query ($id: ID!, $atLeast: Position, $last: Int!, $before: String) {
    conversation(id: $id, atLeast: $atLeast) {
      messages(last: $last, before: $before) {
        edges { node { ...Shown } } pageInfo { hasPreviousPage startCursor }
      }
    }
  } ${shown}`,
  inbox: `query ($atLeast: Position) {
    viewer(atLeast: $atLeast) {
      cursor
      inbox(first: 100, filter: ALL) {
        edges { node { id lastNumber my { deliveredUpTo readUpTo unread } } }
      }
    }
  }`,
  live: `subscription ($after: Cursor) {
    events(after: $after) {
      __typename
      ... on StoredEvent { position }
      ... on ConversationEvent { conversationId revision }
      ... on MessageSent { message { ...Shown } }
      ... on MessageEdited { message { ...Shown } }
      ... on MessageDeleted { message { ...Shown } }
      ... on MembersChanged { joined { person { id } } left { person { id } } }
      ... on ParticipationChanged { conversationId my { member clearedUpTo } }
      ... on Progress { cursor }
    }
  } ${shown}`,
} as const;
