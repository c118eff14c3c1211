import type { GraphQLField, GraphQLInputType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A field on the way from the root, with everything needed to ask it. */
export type Step = {
  readonly field: GraphQLField<unknown, unknown>;
  readonly on: GraphQLObjectType; // asked by a fragment where the field before it is an interface
};

/** A place where a client may put a value: an argument, or a field inside an input. */
export type Site = {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly steps: readonly Step[]; // the last one takes the argument
  readonly argument: string;
  readonly inside: readonly string[]; // input fields below the argument; none: the argument itself
  readonly type: GraphQLInputType;
};

/** Every argument of every field, and every field of every input, that the schema knows. */
export function sitesOf(schema: GraphQLSchema): readonly Site[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.entries(roots).flatMap(([operation, root]) =>
    waysFrom(root ?? null).flatMap((steps) => ofField(operation as Site['operation'], steps)),
  );
}

/** `Query.conversation.messages(first)`, `Mutation.react(input.emoji)`. */
export function nameOf({ operation, steps, argument, inside }: Site): string {
  const fields = steps.map(({ field }) => field.name).join('.');
  return `${operation} ${fields}(${[argument, ...inside].join('.')})`;
}

/** The shortest way to each field below a root; payloads of mutations are left to queries. */
function waysFrom(root: GraphQLObjectType | null): readonly (readonly Step[])[] {
  if (!root) return [];
  const seen = new Set<string>();
  const ways: Step[][] = [];
  let front: { readonly type: GraphQLObjectType; readonly steps: Step[] }[] = [
    { type: root, steps: [] },
  ];
  while (front.length > 0) {
    const next: typeof front = [];
    for (const { type, steps } of front) {
      if (seen.has(type.name)) continue;
      seen.add(type.name);
      for (const field of Object.values(type.getFields())) {
        const way = [...steps, { field, on: type }];
        if (field.args.length > 0) ways.push(way);
        const below = getNamedType(field.type);
        if (root.name === 'Query' && isObjectType(below)) next.push({ type: below, steps: way });
      }
    }
    front = next;
  }
  return ways;
}

function ofField(operation: Site['operation'], steps: readonly Step[]): readonly Site[] {
  const { field } = steps.at(-1) ?? {};
  return (field?.args ?? []).flatMap(({ name: argument, type }) => {
    const whole: Site = { operation, steps, argument, inside: [], type };
    return [whole, ...within(whole)];
  });
}

function within(site: Site): readonly Site[] {
  const named = getNamedType(site.type);
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).flatMap(({ name, type }) => {
    const inner: Site = { ...site, inside: [...site.inside, name], type };
    return [inner, ...within(inner)];
  });
}

/** The scalars of an answer, and of the objects right below it, so that resolvers run. */
export function selectionOf(type: GraphQLField<unknown, unknown>['type'], levels = 1): string {
  const named = getNamedType(type);
  if (isUnionType(named)) return '{ __typename }';
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const parts = ['__typename'];
  for (const field of Object.values(named.getFields())) {
    if (field.args.some((arg) => isNonNullType(arg.type))) continue;
    const below = getNamedType(field.type);
    if (!isCompositeType(below)) parts.push(field.name);
    else if (levels > 0 && field.args.length === 0) {
      parts.push(`${field.name} ${selectionOf(field.type, levels - 1)}`);
    }
  }
  return `{ ${parts.join(' ')} }`;
}

/** Whether leaving it out, or null, breaks the type. */
export function isRequired(site: Site): boolean {
  return isNonNullType(site.type) && !hasFallback(site);
}

function hasFallback({ steps, argument, inside }: Site): boolean {
  const arg = steps.at(-1)?.field.args.find(({ name }) => name === argument);
  if (inside.length === 0) return arg?.defaultValue !== undefined;
  let type = arg ? getNamedType(arg.type) : undefined;
  let fallback: unknown;
  for (const name of inside) {
    if (!isInputObjectType(type)) return false;
    fallback = type.getFields()[name]?.defaultValue;
    type = getNamedType(type.getFields()[name]?.type ?? type);
  }
  return fallback !== undefined;
}

export function isList(type: GraphQLInputType): boolean {
  return isListType(getNullableType(type));
}
