import type { GraphQLArgument, GraphQLInputField, GraphQLInputType } from 'graphql';
import { getNamedType, isEnumType, isInputObjectType, isNonNullType } from 'graphql';
import { v7 } from 'uuid';
import type { Actor, Cast } from './cast.ts';
import type { Chance } from './chance.ts';
import type { Fault, Input } from './input.ts';
import { message, post } from './input.ts';
import type { Site, Step } from './sites.ts';
import { isList, nameOf, selectionOf } from './sites.ts';
import type { Hostile } from './texts.ts';
import { hostileFor } from './values.ts';

const hole = '@hostile@';

/** One operation, sound but for one place, over HTTP or the socket, by variable or in the text. */
export function atSite(site: Site, cast: Cast, chance: Chance): Input {
  const actor = chance.pick(cast.actors);
  const hostile = hostileFor(site, cast)(chance);
  const inText = chance.oneIn(3);
  const parameters = parametersOf(site, { actor, hostile, inText });
  const fault: Fault = {
    at: [site.argument, ...site.inside],
    refuse: hostile.refuse,
    code: hostile.code,
  };
  const name = `${nameOf(site)}: ${hostile.kind}${inText ? ', in the text' : ''}`;
  if (site.operation !== 'subscription' && !chance.oneIn(8)) {
    return post(name, { body: parameters, token: actor.token, fault });
  }
  return {
    ...{ via: 'frames', name, token: actor.token, init: true, fault },
    frames: [message({ id: '1', type: 'subscribe', payload: hole })].map((frame) => ({
      ...frame,
      payload: Buffer.from(frame.payload.toString().replace(`"${hole}"`, () => parameters)),
    })),
    ends: { kind: 'answers', operation: '1' },
  };
}

type Made = { readonly actor: Actor; readonly hostile: Hostile; readonly inText: boolean };

/** The JSON text of `query` and `variables`; the hostile value is spliced into it as it is. */
export function parametersOf(site: Site, { actor, hostile, inText }: Made): string {
  const last = site.steps.at(-1);
  if (!last) throw new Error('a site has a field');
  const given = last.field.args.flatMap((arg) => {
    const isIt = arg.name === site.argument;
    const value = isIt ? place(site, actor) : sound(arg, { site, actor });
    return value === undefined ? [] : [{ arg, value }];
  });
  const declared = given.map(({ arg }) => `$${arg.name}: ${arg.type}`);
  const passed = inText
    ? given.map(({ arg, value }) => `${arg.name}: ${literal(value, arg.type)}`)
    : given.map(({ arg }) => `${arg.name}: $${arg.name}`);
  const head = inText || declared.length === 0 ? '' : `(${declared.join(', ')})`;
  const leaf = `${last.field.name}${brackets(passed)} ${selectionOf(last.field.type)}`;
  const query = `${site.operation} ${head} { ${wayTo(site.steps, leaf, actor)} }`;
  const variables = Object.fromEntries(inText ? [] : given.map((one) => [one.arg.name, one.value]));
  if (inText) return JSON.stringify({ query: fill(query, hostile.literal) });
  return fill(JSON.stringify({ query, variables }), hostile.json);
}

/** Puts the value where the hole is, or takes away the whole entry when it is to be missing. */
function fill(text: string, value: string | null): string {
  const entry = new RegExp(`("?[a-zA-Z]+"?: ?)"${hole}",? ?`);
  if (value !== null) return text.replace(`"${hole}"`, () => value);
  return text
    .replace(entry, '')
    .replace(/, ?([})])/, '$1')
    .replace('()', '');
}

/** What the argument holds: the hole itself, or a sound input with the hole in it. */
function place(site: Site, actor: Actor): unknown {
  const arg = site.steps.at(-1)?.field.args.find(({ name }) => name === site.argument);
  if (!arg) throw new Error('a site has an argument');
  const put = (type: GraphQLInputType, inside: readonly string[]): unknown => {
    const [next, ...rest] = inside;
    if (next === undefined) return hole;
    const named = getNamedType(type);
    if (!isInputObjectType(named)) throw new Error(`${next} is in no input`);
    const fields = Object.values(named.getFields()).flatMap((field) => {
      const value =
        field.name === next ? put(field.type, rest) : sound(field, { site, actor, near: next });
      return value === undefined ? [] : [[field.name, value] as const];
    });
    const object = Object.fromEntries(fields);
    return isList(type) ? [object] : object;
  };
  return put(arg.type, site.inside);
}

const changing =
  /^(updateConversation|closeConversation|leave|removeMember|setRole|clearHistory|deleteMessage)$/;

/** A value that fits, for whatever is asked beside the hostile one; undefined leaves it out. */
function sound(
  { name, type }: GraphQLArgument | GraphQLInputField,
  { site, actor, near = '' }: { site: Site; actor: Actor; near?: string },
): unknown {
  if (name === 'first' && /^(after|around|at)$/.test(site.argument)) return 1;
  if (name === 'last' && site.argument === 'before') return 1;
  if (name === 'text' && near !== 'text') return 'sound';
  if (!isNonNullType(type)) return undefined;
  const named = getNamedType(type);
  if (isList(type)) return named.name === 'ID' ? [actor.other] : [];
  if (isEnumType(named)) return named.getValues()[0]?.name;
  if (named.name === 'Int') return 1;
  const field = site.steps.at(-1)?.field.name ?? '';
  const known: Readonly<Record<string, string>> = {
    ...{ id: actor.home, conversationId: changing.test(field) ? actor.scrap : actor.home },
    ...{ personId: actor.other, clientId: v7(), email: `${v7()}@example.org`, emoji: '👍' },
    ...{ password: 'correct horse', label: 'town', value: 'here' },
    ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-11-08T00:00:00.000Z' }, // of a span
  };
  return known[name] ?? 'Sound';
}

function wayTo(steps: readonly Step[], leaf: string, actor: Actor): string {
  const before = steps.slice(0, -1);
  return before.reduceRight((inner, { field }) => {
    const args = field.args.filter(({ type }) => isNonNullType(type));
    const given = args.map(({ name, type }) =>
      getNamedType(type).name === 'ID' ? `${name}: "${actor.home}"` : `${name}: 1`,
    );
    return `${field.name}${brackets(given)} { ${inner} }`;
  }, leaf);
}

function brackets(args: readonly string[]): string {
  return args.length === 0 ? '' : `(${args.join(', ')})`;
}

/** A value in the text of a document; words of enums stand there without quotes. */
function literal(value: unknown, type: GraphQLInputType): string {
  const named = getNamedType(type);
  if (value === hole) return `"${hole}"`;
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, named)).join(', ')}]`;
  if (isEnumType(named)) return String(value);
  if (!isInputObjectType(named)) return JSON.stringify(value);
  const fields = Object.entries(value as object).map(([name, inner]) => {
    const field = named.getFields()[name];
    return `${name}: ${field ? literal(inner, field.type) : JSON.stringify(inner)}`;
  });
  return `{${fields.join(', ')}}`;
}
