import type { GraphQLInputType } from 'graphql';
import { getNamedType, isEnumType, isInputObjectType } from 'graphql';
import { v7 } from 'uuid';
import type { Chance } from './chance.ts';
import type { Site } from './sites.ts';
import { isList, isRequired } from './sites.ts';
import type { Hostile } from './texts.ts';
import { hostileText, planted, written } from './texts.ts';

/** A value for a place that it does not fit, or hardly fits. */
export function hostileFor(site: Site, cast: { readonly strangers: readonly string[] }) {
  return (chance: Chance): Hostile => {
    const way = chance.below(8);
    if (way === 0) return { kind: 'null', json: 'null', literal: 'null', refuse: isRequired(site) };
    if (way === 1) return { kind: 'missing', json: null, literal: null, refuse: isRequired(site) };
    if (way === 2) return wrongType(site.type, chance);
    if (isList(site.type)) return hostileList(site, chance, cast.strangers);
    return ofType(site, chance, cast.strangers);
  };
}

/** Something that no coercion makes fit. */
function wrongType(type: GraphQLInputType, chance: Chance): Hostile {
  const named = getNamedType(type);
  const others: unknown[] = [{ a: 1 }, { __proto__: null, toString: 1 }, true, 1.5, [[[]]]];
  if (named.name === 'Int') others.push('1', 'NaN', [1, 'x']);
  if (isInputObjectType(named) || isEnumType(named)) others.push(planted, 7);
  const odd = chance.pick(others.filter((value) => !fits(value, named.name, isList(type))));
  return { kind: 'wrong type', ...written(odd), refuse: true };
}

function fits(value: unknown, name: string, list: boolean): boolean {
  if (name === 'Boolean') return value === true;
  return list && Array.isArray(value) && JSON.stringify(value) === '[[[]]]';
}

function hostileList({ type }: Site, chance: Chance, strangers: readonly string[]): Hostile {
  const isIds = getNamedType(type).name === 'ID';
  const one = isIds ? chance.pick(strangers) : { label: 'town', value: planted };
  const lists: Readonly<Record<string, unknown>> = {
    'no list': isIds ? `per_${planted}` : one,
    'empty list': [],
    'too many': Array.from({ length: 1_001 }, (_, at) => (isIds ? `x${at}` : one)),
    'the same again': Array.from({ length: 20 }, () => one),
    strangers: strangers.filter(() => isIds),
  };
  const kind = chance.pick(Object.keys(lists));
  const withNull = { kind: 'null inside', ...written([one, null]), refuse: true };
  return chance.oneIn(5) ? withNull : { kind, ...written(lists[kind]), refuse: false };
}

function ofType(site: Site, chance: Chance, strangers: readonly string[]): Hostile {
  const named = getNamedType(site.type);
  if (isInputObjectType(named)) return hostileObject(chance);
  if (isEnumType(named)) return hostileEnum(chance);
  if (named.name === 'Int') return hostileNumber(chance);
  if (named.name === 'Boolean') return wrongType(site.type, chance);
  const ofAnother = idOfAnotherType(site, strangers);
  if (ofAnother.length > 0 && chance.oneIn(3)) {
    const value = written(chance.pick(ofAnother));
    return { kind: 'id of another type', ...value, refuse: true, code: 'BAD_INPUT' };
  }
  if (named.name === 'ID') return chance.oneIn(3) ? hostileText(chance) : id(chance, strangers);
  if (named.name === 'String' && /^(after|before)$/.test(site.argument)) return cursor(chance);
  const special = specials[named.name];
  if (special && !chance.oneIn(3)) {
    return { kind: `odd ${named.name}`, ...written(chance.pick(special)), refuse: false };
  }
  return hostileText(chance);
}

/** Sound ids, but not of what a mutation asks for at this place. */
function idOfAnotherType({ operation, inside }: Site, strangers: readonly string[]) {
  const wanted = { conversationId: 'con_', personId: 'per_' }[inside.at(-1) ?? ''];
  if (operation !== 'mutation' || wanted === undefined) return [];
  return strangers.filter((id) => !id.startsWith(wanted));
}

function hostileObject(chance: Chance): Hostile {
  const objects: readonly unknown[] = [
    {},
    { surplus: planted },
    { input: { input: { input: {} } } },
    { toString: null, valueOf: {}, hasOwnProperty: 1 },
    [],
    [{}, {}],
  ];
  return { kind: 'odd object', ...written(chance.pick(objects)), refuse: false };
}

function hostileEnum(chance: Chance): Hostile {
  const word = chance.pick(['NO_SUCH_WORD', 'owner', 'toString', '__proto__', '']);
  const literal = word === '' ? '""' : word;
  return { kind: 'unknown word', json: JSON.stringify(word), literal, refuse: true };
}

const edges: readonly (readonly [text: string, fits: boolean])[] = [
  ...([
    ['2147483647', true],
    ['-2147483648', true],
    ['-1', true],
    ['0', true],
  ] as const),
  ...([
    ['2147483648', false],
    ['-2147483649', false],
    ['1e400', false],
    ['1.5', false],
  ] as const),
  ...([
    ['99999999999999999999', false],
    ['1e-400', true],
    ['-0', true],
    ['1e3', true],
  ] as const),
];

function hostileNumber(chance: Chance): Hostile {
  const [text, fits] = chance.pick(edges);
  return { kind: `number ${text}`, json: text, literal: text, refuse: !fits };
}

const prefixes = ['per_', 'vie_', 'con_', 'par_', 'mem_', 'msg_', 'xyz_', ''];

/** Ids of others, of other types, and ids that somebody bent. */
function id(chance: Chance, strangers: readonly string[]): Hostile {
  const stranger = chance.pick(strangers);
  const fresh = Buffer.from(v7().replaceAll('-', ''), 'hex').toString('base64url');
  const bent = [
    stranger,
    stranger.slice(0, -1),
    `${stranger}=`,
    `${stranger}A`,
    stranger.toUpperCase(),
    stranger.slice(4),
    `${stranger.slice(0, 4)}+/${stranger.slice(6)}`,
    `${chance.pick(prefixes)}${stranger.slice(4)}`,
    `${chance.pick(prefixes)}${fresh}`,
    `con_${fresh}`,
    `msg_${fresh.slice(0, 21)}A_____w`,
    v7(),
    7,
  ];
  return { kind: 'foreign id', ...written(chance.pick(bent)), refuse: false };
}

/** Places in a list that somebody made up, and our own cursors with other contents. */
function cursor(chance: Chance): Hostile {
  const parts: readonly unknown[] = [
    [1],
    [-1],
    [1e308],
    ['1', v7()],
    ['9'.repeat(18), v7()],
    ['-1', planted],
    [true, '1', v7()],
    [true, '9'.repeat(19), v7()],
    [v7()],
    ['con'],
    [null],
    {},
    [[]],
    7,
  ];
  const made = Buffer.from(JSON.stringify(chance.pick(parts))).toString('base64url');
  return { kind: 'made-up cursor', ...written(chance.oneIn(4) ? planted : made), refuse: false };
}

const base64url = (text: string) => Buffer.from(text).toString('base64url');

const specials: Readonly<Record<string, readonly unknown[]>> = {
  DateTime: [
    ...['', 'now', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
    ...['2026-11-23T25:61:61Z', '2026-11-23T00:00', '+275760-09-13T00:00:00.000Z', '2026-11-23'],
    ...['0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59', '1970-01-01T00:00:00Z'],
  ],
  Position: ['', '-1', '0', '1.5', '1e3', '٣', '9'.repeat(19), '0'.repeat(18), '0x10', ' 1'],
  Cursor: [
    ...[planted, base64url('p1.'), base64url('p1.-1'), base64url(`p1.${'9'.repeat(18)}`)],
    ...[base64url('p2.1'), base64url('p1.0'), base64url('p1.1e3'), '', '====', base64url('p1.٣')],
  ],
};
