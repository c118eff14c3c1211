import { commandNames } from '../metrics/command-names.ts';

/** One line of the naming table. */
export type SpanKind = {
  readonly kind: 'server' | 'internal' | 'client' | 'producer' | 'consumer';
  /** A sentence for whoever meets the name in a trace. */
  readonly says: string;
  readonly attributes: readonly AttributeName[];
};

/** Every span there is, along the way of a message. */
export const spans = {
  'POST /graphql': {
    kind: 'server',
    says: 'A request over HTTP, from its head to its answer.',
    attributes: [
      ...['http.request.method', 'http.route', 'http.response.status_code'],
      ...['graphql.operation.type', 'graphql.operation.name', 'parley.outcome'],
    ],
  },
  'socket operation': {
    kind: 'server',
    says: 'A query or mutation over the socket, executed and answered.',
    attributes: ['graphql.operation.type', 'graphql.operation.name', 'parley.outcome'],
  },
  command: {
    kind: 'internal',
    says: 'A command, from the edge until it is decided and its events are stored.',
    attributes: ['parley.command', 'parley.outcome'],
  },
  append: {
    kind: 'client',
    says: 'One attempt to store what was decided; conflicts show as several.',
    attributes: ['parley.events', 'parley.outcome'],
  },
  publish: {
    kind: 'producer',
    says: 'The relay writes the event into the event log (Kafka, or the embedded one).',
    attributes: ['messaging.batch.message_count', 'parley.outcome'],
  },
  process: {
    kind: 'consumer',
    says: 'A worker has the event in hand, from the batch it came in to its commit.',
    attributes: [
      ...['messaging.consumer.group.name', 'messaging.batch.message_count', 'parley.outcome'],
    ],
  },
  frame: {
    kind: 'consumer',
    says: 'A gateway has the event, until its frames are with the sockets of this process.',
    attributes: ['parley.outcome'],
  },
  batch: {
    kind: 'internal',
    says: 'Events of several traces handled as one: it links to each, and each links to it.',
    attributes: ['parley.batch.of', 'messaging.batch.message_count', 'parley.outcome'],
  },
} as const satisfies Readonly<Record<string, SpanKind>>;

const codes = /^[A-Z][A-Z_]{1,40}$/;
const words = ['ok', 'refused', 'conflict', 'overloaded', 'unavailable', 'failed', 'other'];
const appends = ['appended', 'fenced', 'stream-deleted', 'too-large'];

/** Everything that a span may say, and what it may say of it. No text of anybody fits in here. */
export const attributes = {
  'http.request.method': { may: ['GET', 'POST'], says: 'GET or POST.' },
  'http.route': { may: ['/graphql'], says: 'Always /graphql.' },
  'http.response.status_code': { may: 'number', says: 'Of the answer.' },
  'graphql.operation.type': { may: ['query', 'mutation'], says: 'query or mutation.' },
  'graphql.operation.name': {
    may: /^[_A-Za-z]\w{0,63}$/,
    says: 'As the client’s program calls its operation, up to 64 characters. Never its text.',
  },
  'parley.command': { may: commandNames, says: 'Which command.' },
  'parley.events': { may: 'number', says: 'Stored with one append.' },
  'parley.outcome': {
    may: (value: string) => words.includes(value) || appends.includes(value) || codes.test(value),
    says: 'What became of it: ok, a code of the API, or one of a few words.',
  },
  'parley.batch.of': { may: ['append', 'publish', 'process'], says: 'Which spans it gathers.' },
  'messaging.batch.message_count': { may: 'number', says: 'Events handled together.' },
  'messaging.consumer.group.name': {
    may: ['projector', 'courier', 'indexer', 'facts'],
    says: 'Which worker.',
  },
} as const satisfies Readonly<Record<string, { readonly may: Bound; readonly says: string }>>;

type Bound = 'number' | readonly string[] | RegExp | ((value: string) => boolean);
export type SpanName = keyof typeof spans;
export type AttributeName = keyof typeof attributes;
export type SpanAttributes = Readonly<Partial<Record<AttributeName, string | number | undefined>>>;

/** What of it the table allows this span to say; all else is left out. */
export function boundedAttributes(name: SpanName, told: SpanAttributes): SpanAttributes {
  const known: readonly AttributeName[] = spans[name].attributes;
  const kept = known.filter((attribute) => fits(attributes[attribute].may, told[attribute]));
  return Object.fromEntries(kept.map((attribute) => [attribute, told[attribute]]));
}

function fits(may: Bound, value: string | number | undefined): boolean {
  if (may === 'number') return typeof value === 'number';
  if (typeof value !== 'string') return false;
  if (may instanceof RegExp) return may.test(value);
  return typeof may === 'function' ? may(value) : may.includes(value);
}
