import type { GraphQLFieldResolver, GraphQLSchema, ValueNode } from 'graphql';
import {
  buildASTSchema,
  GraphQLError,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  Kind,
  parse,
} from 'graphql';
import { readSdl } from '../../schemas/graphql/sdl.ts';
import type { ApiContext } from '../context.ts';
import { analyticsFields } from './analytics.ts';
import { conversationFields } from './conversation.ts';
import { memberFields } from './member.ts';
import { messageFields } from './message.ts';
import { mutations } from './mutations/all.ts';
import { personFields } from './person.ts';
import { queries } from './queries/all.ts';
import { viewerFields } from './viewer.ts';

// biome-ignore lint/suspicious/noExplicitAny: resolvers of all parents stand in one table
export type Resolver = GraphQLFieldResolver<any, ApiContext, any>;
export type FieldResolvers = Readonly<Record<string, Resolver>>;

const resolvers: Readonly<Record<string, FieldResolvers>> = {
  Query: queries,
  Mutation: mutations,
  Viewer: viewerFields,
  ...personFields,
  ...conversationFields,
  ...memberFields,
  ...messageFields,
  ...analyticsFields,
};

/** The SDL with its resolvers: HTTP, socket and live frames all execute this one schema. */
export function buildSchema(): GraphQLSchema {
  const schema = buildASTSchema(parse(readSdl(), { noLocation: true }));
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`${typeName} has resolvers but is no type`);
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (!field) throw new Error(`${typeName}.${name} has a resolver but is no field`);
      field.resolve = resolve;
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type) || isUnionType(type)) type.resolveType = (value) => value.__typename;
    if (isScalarType(type)) Object.assign(type, scalars[type.name]);
  }
  return schema;
}

const position = /^\d{1,18}$/;

const scalars: Readonly<Record<string, object>> = {
  DateTime: {
    serialize: (value: unknown) => new Date(value as number | Date).toISOString(),
    ...input((text) => {
      const at = Date.parse(text);
      return /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(at) ? new Date(at) : null;
    }, 'a moment such as 2026-11-23T18:00:00Z'),
  },
  Position: {
    serialize: String,
    ...input((text) => (position.test(text) ? BigInt(text) : null), 'decimal digits'),
  },
  Cursor: {
    serialize: String,
    ...input((text) => text, 'a cursor'),
  },
};

/** The same for variables and for literals. */
function input(parseText: (text: string) => unknown, wanted: string): object {
  const read = (value: unknown, nodes: ValueNode | null): unknown => {
    const parsed = typeof value === 'string' ? parseText(value) : null;
    if (parsed === null) throw new GraphQLError(`This must be ${wanted}.`, { nodes });
    return parsed;
  };
  return {
    parseValue: (value: unknown) => read(value, null),
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : null, node),
  };
}
