import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { NoSuchPerson } from '../commands/commands.ts';
import type { AccountRefusal } from '../domain/account/commands.ts';
import type { ConversationRefusal } from '../domain/conversation/commands.ts';
import type { ParticipationRefusal } from '../domain/participation/commands.ts';
import { AnalyticsSwitchedOff, AnalyticsUnavailable } from '../ops/adapters/analytics/port.ts';
import { CacheUnavailable } from '../ops/adapters/cache/port.ts';
import { EventLogUnavailable } from '../ops/adapters/event-log/port.ts';
import { EventStoreUnavailable } from '../ops/adapters/event-store/port.ts';
import { ObjectsUnavailable } from '../ops/adapters/objects/port.ts';
import { SearchUnavailable } from '../ops/adapters/search/port.ts';
import { TablesError, TablesUnavailable } from '../ops/adapters/tables/port.ts';
import { RpcUnavailable } from '../ops/rpc/port.ts';
import type { RefusalCode } from '../schemas/graphql/types.ts';
import type { Log } from './dependencies.ts';
import { faultyField } from './faulty-field.ts';

/** Refusals that the edge itself finds. */
export type EdgeRefusal = {
  readonly kind:
    | 'conflict'
    | 'email-malformed'
    | 'email-taken'
    | 'handle-taken'
    | 'language-malformed'
    | 'password-too-common'
    | 'password-too-long'
    | 'password-too-short'
    | 'wrong-credentials';
};
/** A text that cannot be stored as it came, with the input field it stands in. */
export type MalformedText = { readonly kind: 'text-malformed'; readonly field: string };
export type AnyRefusal =
  | MalformedText
  | AccountRefusal
  | ConversationRefusal
  | ParticipationRefusal
  | NoSuchPerson
  | EdgeRefusal;

type Said = { readonly message: string; readonly field: string | null };
const say = (message: string, field: string | null = null): Said => ({ message, field });

/** Every refusal in words, with the input field it is about. Incomplete, it does not compile. */
const table: { readonly [Kind in AnyRefusal['kind']]: Said } = {
  'about-too-long': say('The description is too long.', 'about'),
  'already-registered': say('This account exists with other facts.'),
  'already-started': say('This conversation exists with other facts.'),
  'client-id-ahead-of-time': say(
    'The time in the client id lies in the future: set the device’s clock and make a new id.',
    'clientId',
  ),
  'client-id-reused': say('Another message was sent under this client id.', 'clientId'),
  'client-id-too-old': say(
    'The client id is older than seven days: look whether the message is there, or make a new id.',
    'clientId',
  ),
  conflict: say('Others were faster, several times: try again.'),
  'conversation-closed': say('The conversation is closed.', 'conversationId'),
  'direct-with-oneself': say('A direct conversation needs another person.', 'personId'),
  'edit-window-over': say('The time for editing this message is over.', 'number'),
  'email-malformed': say('This is no e-mail address.', 'email'),
  'email-taken': say('Somebody has registered with this address: log in instead.', 'email'),
  'field-too-long': say('A line of the profile is too long.', 'fields'),
  'handle-malformed': say(
    'A handle has 3 to 32 of a-z, 0-9, _ and . and begins with a letter.',
    'handle',
  ),
  'handle-taken': say('Somebody bears this handle already.', 'handle'),
  'invited-only': say('One must be added to this conversation.', 'conversationId'),
  'language-malformed': say('The language is no BCP 47 tag, such as en or pt-BR.', 'language'),
  'last-owner': say('A conversation keeps an owner: make somebody else one first.', 'role'),
  'message-deleted': say('The message was deleted.', 'number'),
  'mute-in-the-past': say('The moment has passed already.', 'until'),
  'name-empty': say('A name needs at least one visible character.', 'name'),
  'name-too-long': say('The name is too long.', 'name'),
  'no-such-conversation': say('There is no such conversation.', 'conversationId'),
  'no-such-member': say('This person is not in the conversation.', 'personId'),
  'no-such-message': say('There is no message with this number.', 'number'),
  'no-such-person': say('There is no such person.', 'personId'),
  'not-a-channel': say('This is no channel.', 'conversationId'),
  'not-a-member': say('Only members may do this: join first.', 'conversationId'),
  'not-allowed': say('Your role in this conversation does not allow it.'),
  'not-an-emoji': say('A reaction is exactly one emoji.', 'emoji'),
  'not-in-direct': say('A direct conversation has no title, roles or members to change.'),
  'not-registered': say('There is no such account.'),
  'password-too-common': say('This password is among the first that are tried.', 'password'),
  'password-too-long': say('A password may have 256 characters.', 'password'),
  'password-too-short': say('A password needs at least 8 characters.', 'password'),
  'setting-out-of-range': say('This rule cannot be set so here.', 'settings'),
  'text-empty': say('The text is empty.', 'text'),
  'text-malformed': say(
    'The text holds half a character, or U+0000, and cannot be stored as it is.',
    'text',
  ),
  'text-too-long': say('The text is too long.', 'text'),
  'title-empty': say('A title needs at least one visible character.', 'title'),
  'title-too-long': say('The title is too long.', 'title'),
  'too-many-fields': say('There are too many lines in the profile.', 'fields'),
  'too-many-hidden-messages': say('So many messages are hidden: clear the history instead.'),
  'too-many-members': say('A group has at most 1,000 members; a channel starts with its owner.'),
  'too-many-pins': say('As many messages are pinned as may be: unpin one first.', 'number'),
  'too-many-reactions': say(
    'You have as many reactions on this message as may be: take one off first.',
    'emoji',
  ),
  'wrong-credentials': say('Address or password are wrong.'),
};

export type RefusalFace = {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: string | null;
  readonly retryAfterMs: number | null;
};

/** `not-a-member` is NOT_A_MEMBER in the SDL. */
type CodeOf<Kind extends string> = Kind extends `${infer First}-${infer Rest}`
  ? `${Uppercase<First>}_${CodeOf<Rest>}`
  : Uppercase<Kind>;

export function codeOf<Kind extends AnyRefusal['kind']>(kind: Kind): CodeOf<Kind> {
  return kind.replaceAll('-', '_').toUpperCase() as CodeOf<Kind>;
}

/** Every code that a refusal can have. */
export const refusalCodes: readonly RefusalCode[] = (
  Object.keys(table) as readonly AnyRefusal['kind'][]
).map(codeOf);

/** A refusal as the SDL shows it; limits stand in the sentence. */
export function faceOf(refusal: AnyRefusal): RefusalFace {
  const { message, field } = table[refusal.kind];
  const limit = limitOf(refusal);
  return {
    code: codeOf(refusal.kind),
    message: limit === null ? message : `${message} The limit is ${limit.toLocaleString('en')}.`,
    field: 'field' in refusal ? refusal.field : field,
    retryAfterMs: refusal.kind === 'conflict' ? 100 : null,
  };
}

function limitOf(refusal: AnyRefusal): number | null {
  if ('maxCodePoints' in refusal) return refusal.maxCodePoints;
  return 'max' in refusal && refusal.kind !== 'too-many-members' ? refusal.max : null;
}

export function badInput(field: string, message: string): GraphQLError {
  return new GraphQLError(`\`${field}\` ${message}`, { extensions: { code: 'BAD_INPUT', field } });
}

export function limited(message: string, retryAfterMs: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'LIMITED', retryAfterMs } });
}

/** A limit of the edge, for programs: what is counted, how much there was (if known) and may be. */
export type Limit = { readonly of: string; readonly found?: number; readonly max: number };

/** Too much at once: asking again is of no use, asking for less is. */
export function tooMuch(what: string, limit: Limit): GraphQLError {
  const found = limit.found === undefined ? '' : `${limit.found} where `;
  const message = `${what}: ${found}${limit.max} is the limit. Ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: 'LIMITED', retryAfterMs: null, limit } });
}

export function unavailable(message: string, more: object = {}): GraphQLError {
  const extensions = { code: 'UNAVAILABLE', retryAfterMs: 1_000, ...more };
  return new GraphQLError(message, { extensions });
}

export function unauthenticated(
  message = 'Log in first: send `Authorization: Bearer <access token>`.',
): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

const machinesAway = [
  ...[EventStoreUnavailable, EventLogUnavailable, RpcUnavailable, CacheUnavailable],
  ObjectsUnavailable,
];

/**
 * What the outside hears of the errors of an execution. That graphql-js stopped counting what is
 * wrong with variables names nothing, and is left out beside what it had counted.
 */
export function publicErrors(errors: readonly GraphQLError[], log: Log): readonly GraphQLError[] {
  const counted = errors.filter(({ message }) => !/^Too many errors processing/.test(message));
  return (counted.length > 0 ? counted : errors).map((error) => publicError(error, log));
}

/**
 * What the outside hears of an error: ours as they are, anything else as a reference to the log.
 */
export function publicError(error: GraphQLError, log: Log): GraphQLError {
  const cause = error.originalError;
  const isOfDocument = !cause || cause instanceof GraphQLError || error.extensions?.code;
  if (isOfDocument) return documentError(error);
  if (cause instanceof TablesUnavailable) {
    const message =
      'The read models and keys do not answer: try again in a moment, with the same ids.';
    return withPath(error, unavailable(message, { part: 'tables' }));
  }
  if (cause instanceof SearchUnavailable) {
    const message = 'Search is unavailable: try again in a moment. Everything else goes on.';
    return withPath(error, unavailable(message, { part: 'search' }));
  }
  if (cause instanceof AnalyticsSwitchedOff) {
    const message = 'Analytics are switched off on this machine. Everything else goes on.';
    // Without a time to ask again: it stays so until the platform starts on another machine.
    return withPath(error, unavailable(message, { retryAfterMs: null, part: 'analytics' }));
  }
  if (cause instanceof AnalyticsUnavailable) {
    return withPath(
      error,
      unavailable('Analytics do not answer: try again in a moment.', { part: 'analytics' }),
    );
  }
  if (cause instanceof TablesError && /^XX00[12]$/.test(cause.sqlState)) {
    log.error({ cause: cause.message }, 'a read model is damaged: npm run rebuild');
    return withPath(
      error,
      unavailable('What is stored for reading is damaged: it is to be mended.'),
    );
  }
  if (machinesAway.some((kind) => cause instanceof kind)) {
    return withPath(error, unavailable('A part of the platform does not answer: try again soon.'));
  }
  const reference = randomUUID();
  log.error(
    { reference, cause: `${cause.name}: ${cause.message}`, stack: cause.stack },
    'internal',
  );
  const internal = new GraphQLError(`Something broke on our side (reference ${reference}).`, {
    extensions: { code: 'INTERNAL', reference },
  });
  return withPath(error, internal);
}

/** Errors of graphql-js itself: the document or its variables are wrong, or it is too long. */
export function documentError(error: GraphQLError): GraphQLError {
  if (error.extensions?.code) return error; // graphql-jit makes some without extensions
  const tokensMax = /Document contains more tha[nt] (\d+) tokens/.exec(error.message)?.[1];
  if (tokensMax) {
    const limit = { of: 'tokens', max: Number(tokensMax) };
    return withPath(error, tooMuch('The document has too many tokens', limit));
  }
  const field = faultyField(error);
  const extensions = { ...error.extensions, code: 'BAD_INPUT', ...(field !== null && { field }) };
  return withPath(error, new GraphQLError(error.message, { extensions }));
}

function withPath(from: GraphQLError, to: GraphQLError): GraphQLError {
  return new GraphQLError(to.message, {
    nodes: from.nodes ?? null,
    source: from.source ?? null,
    positions: from.positions ?? null,
    path: from.path ?? null,
    extensions: to.extensions,
  });
}
