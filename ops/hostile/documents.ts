import { getIntrospectionQuery } from 'graphql';
import type { Cast } from './cast.ts';
import type { Chance } from './chance.ts';
import type { Input } from './input.ts';
import { message, post, unfit } from './input.ts';
import { planted } from './texts.ts';

const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

const logIn = 'input: { email: "nobody@x.org", password: "correct horse", device: "x" }';

/** Documents that want to be too much for whoever reads, counts, compiles or executes them. */
const documents: Readonly<Record<string, (chance: Chance) => string>> = {
  deep: (chance) => nested('lastMessage { conversation ', chance.pick([30, 300, 650])),
  'deep by fragments in line': (chance) => {
    const levels = chance.pick([20, 300, 650]);
    return `{ ${'... on Query { '.repeat(levels)} __typename ${'} '.repeat(levels)} }`;
  },
  'deep in an argument': (chance) => {
    const levels = chance.pick([100, 900, 20_000]);
    return `{ node(id: ${'['.repeat(levels)}${']'.repeat(levels)}) { id } }`;
  },
  wide: (chance) => `{ ${times(chance.pick([3_000, 30_000]), () => '__typename')} }`,
  aliases: (chance) => `{ ${times(chance.pick([51, 600, 5_000]), (at) => `a${at}: __typename`)} }`,
  'aliases of a dear field': () =>
    `{ ${times(50, (at) => `a${at}: channels(first: 100) { ${deepPage} }`)} }`,
  'log-ins by the alias': () =>
    `mutation { ${times(12, (at) => `a${at}: logIn(${logIn}) { refusal { code } }`)} }`,
  'fragment in itself': () => '{ ...a } fragment a on Query { ...a }',
  'fragments in a ring': () =>
    `{ ...f0 } ${times(40, (at) => `fragment f${at} on Query { ...f${(at + 1) % 40} }`)}`,
  'fragments that double': (chance) => {
    const levels = chance.pick([12, 60]);
    const doubling = times(
      levels,
      (at) => `fragment f${at} on Query { ...f${at + 1} ...f${at + 1} }`,
    );
    return `{ ...f0 } ${doubling} fragment f${levels} on Query { __typename }`;
  },
  'fields that must be merged': (chance) =>
    `{ ${times(chance.pick([100, 320]), () => 'viewer { id }')} }`,
  'fragments that must be compared': () =>
    `{ ${times(150, (at) => `...g${at}`)} }
     ${times(150, (at) => `fragment g${at} on Query { viewer { id } }`)}`,
  'unknown directive': () => `{ __typename @${planted}(if: true) }`,
  'directives by the hundred': () => `{ __typename ${'@include(if: true) '.repeat(300)} }`,
  'a directive without its argument': () => '{ __typename @skip }',
  deferred: () => '{ ... @defer { viewer { id } } }',
  introspection: () => getIntrospectionQuery(),
  'introspection, deep': (chance) => {
    const levels = chance.pick([2, 3, 20, 200]);
    const [open, close] = ['fields { type { ', '} } '].map((part) => part.repeat(levels));
    return `{ __schema { types { ${open} name ${close} } } }`;
  },
  'many operations': () => times(100, (at) => `query Q${at} { __typename }`),
  'operations of one name': () => 'query A { __typename } query A { viewer { id } }',
  'no operation': () => 'fragment a on Query { __typename }',
  'a type': () => 'type Query { a: Int } extend type Query { b: Int }',
  empty: () => '',
  'a comment': (chance) => `#${planted.repeat(chance.pick([1, 4_000]))}`,
  'broken off': (chance) => nested('person ', 3).slice(0, chance.below(40)),
  'half a character': () => '{ person(handle: "\ud800") { id } }',
  'a control character': () => `{ __type\u0000name ${planted} }`,
  'an open block': () => `{ node(id: """${planted}) { id } }`,
  'great numbers': () => `{ viewer { inbox(first: ${'9'.repeat(1_000)}) { position } } }`,
  'many variables': () => `query (${times(300, (at) => `$v${at}: Int`)}) { __typename }`,
  'a variable of no type': () => `query ($a: ${planted}) { node(id: $a) { id } }`,
  'a variable that is not declared': () => '{ node(id: $nobody) { id } }',
  'a variable in its own default': () =>
    'query ($a: Int = $a) { viewer { inbox(first: $a) { position } } }',
  'an argument twice': () => '{ viewer { inbox(first: 1, first: 2) { position } } }',
  'a field that is none': () => `{ ${planted} }`,
  'a prototype': () => '{ __proto__ constructor { toString } }',
  'a subscription twice': () => 'subscription { a: events { at } b: events { at } }',
  'a subscription by fragment': () =>
    'subscription { ...e } fragment e on Subscription { events { ... on Progress { cursor } } }',
  'a subscription of its type': () => 'subscription { __typename }',
  'JSON instead': (chance) =>
    chance.pick([
      '7',
      'null',
      '[]',
      '{}',
      '"x"',
      '{"kind":"Document","definitions":[]}',
      wholeTree,
    ]),
  'page of pages': () => `{ channels(first: 100) { ${deepPage} } }`,
};

/** What a parser makes of `{ __typename }`: some servers take it for a document. */
const wholeTree = JSON.stringify({
  kind: 'Document',
  definitions: [
    {
      ...{ kind: 'OperationDefinition', operation: 'query', directives: [] },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [{ kind: 'Field', name: { kind: 'Name', value: '__typename' } }],
      },
    },
  ],
});

const deepPage = `edges { node { members(first: 100) { edges { node { person { id name
  handle about state kind } } } } messages(last: 100) { edges { node { id text } } } } }`;

function nested(step: string, levels: number): string {
  const open = step.split('{').length;
  const [down, up] = [`${step}{ `.repeat(levels), '} '.repeat(levels * open)];
  return `{ conversation(id: "x") { ${down} id ${up} } }`;
}

/** Those that are no more than odd: any other must be refused. */
const allowed = new Set([
  ...['deep by fragments in line', 'fragments that double', 'fields that must be merged'],
  ...['fragments that must be compared', 'directives by the hundred', 'introspection'],
  ...['introspection, deep', 'many operations', 'many variables', 'a subscription by fragment'],
]);

/** A document, over HTTP or the socket; answered properly, whatever the answer is. */
export function hostileDocument(cast: Cast, chance: Chance): Input {
  const [name, make] = chance.pick(Object.entries(documents));
  const { token } = chance.pick(cast.actors);
  const query = make(chance);
  const variables = { $nobody: 1, a: planted, v1: 'x' };
  const operationName = chance.pick([undefined, undefined, planted, 'A', 'Q7', '']);
  const parameters = { query, variables, ...(operationName !== undefined && { operationName }) };
  const called = `document, ${name}`;
  const fault = allowed.has(name) ? null : unfit;
  const subscribes = query.startsWith('subscription');
  if (!subscribes && !chance.oneIn(6)) {
    return post(called, { body: JSON.stringify(parameters), token, fault });
  }
  const frame = message({ id: 'd', type: 'subscribe', payload: parameters });
  const isTooLong = frame.payload.length > 65_536;
  return {
    ...{ via: 'frames', name: called, token, init: true, fault },
    frames: [frame],
    ends: isTooLong ? { kind: 'closes', codes: [1009] } : { kind: 'answers', operation: 'd' },
  };
}
