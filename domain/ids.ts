/** Ids are branded strings: parsed once at the edge (`parse…`), minted once at the edge. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A person, bot or service; a lower-case UUID. */
export type UserId = Branded<'UserId'>;
/** A conversation; a lower-case UUID. That of a direct conversation is derived from its pair. */
export type ConversationId = Branded<'ConversationId'>;
/** Chosen by the client, one per message; a lower-case UUIDv7. */
export type ClientId = Branded<'ClientId'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function parseUserId(value: string): UserId | null {
  return uuid.test(value) ? (value as UserId) : null;
}

export function parseConversationId(value: string): ConversationId | null {
  return uuid.test(value) ? (value as ConversationId) : null;
}

export function parseClientId(value: string): ClientId | null {
  const lower = value.toLowerCase();
  return uuidV7.test(lower) ? (lower as ClientId) : null;
}

/** The time inside a UUIDv7, in ms since the Unix epoch (RFC 9562, section 5.7). */
export function clientIdTimeMs(clientId: ClientId): number {
  return Number.parseInt(clientId.slice(0, 8) + clientId.slice(9, 13), 16);
}

/** The key of a participation: `<conversation>_<user>`, as in its stream name. */
export function participationKey(conversationId: ConversationId, userId: UserId): string {
  return `${conversationId}_${userId}`;
}

export function parseParticipationKey(
  key: string,
): { readonly conversationId: ConversationId; readonly userId: UserId } | null {
  const [conversation = '', user = '', ...rest] = key.split('_');
  const conversationId = parseConversationId(conversation);
  const userId = parseUserId(user);
  return conversationId && userId && rest.length === 0 ? { conversationId, userId } : null;
}
