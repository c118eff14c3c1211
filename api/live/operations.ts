import type {
  DocumentNode,
  ExecutionArgs,
  ExecutionResult,
  FieldNode,
  GraphQLSchema,
} from 'graphql';
import { GraphQLError, getOperationAST, getVariableValues, Kind, visit } from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import type { UserId } from '../../domain/ids.ts';
import { admissible } from '../admission.ts';
import { badInput, documentError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Documents, KnownDocument } from './documents.ts';
import type { SharingPlan } from './scope.ts';

/** What one subscribe message asks for, as `subscribe` and `execute` get it. */
export type SocketArgs = ExecutionArgs & {
  readonly contextValue: {
    readonly connection: Connection;
    readonly operationId: string;
    readonly text: string;
    readonly sharing: SharingPlan;
  };
};

export type EventsRequest = {
  readonly connection: Connection;
  readonly viewer: UserId;
  readonly operationId: string;
  readonly text: string;
  readonly args: ExecutionArgs;
  readonly sharing: SharingPlan;
  readonly after: string | null; // a cursor, not yet read
};

/** What a subscription gives graphql-ws: it ends, or fails, but sends its frames by itself. */
export type LiveStream = AsyncGenerator<never, void, void>;

export type Operations = {
  prepare(
    connection: Connection,
    operationId: string,
    payload: {
      readonly query: string;
      readonly operationName?: string | null | undefined;
      readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
    },
  ): ExecutionArgs | readonly GraphQLError[];
  subscribe(args: ExecutionArgs): Promise<LiveStream | ExecutionResult>;
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
};

/** Parses, checks and hands on what comes over the socket. */
export function openOperations(dependencies: {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly subscriptionsPerSocketMax: number;
  readonly now: () => number;
  readonly open: (request: EventsRequest) => LiveStream | ExecutionResult;
  /** Queries and mutations, exactly as over HTTP. */
  readonly execute: (args: ExecutionArgs, viewer: UserId) => Promise<ExecutionResult>;
}): Operations {
  const { schema, documents, subscriptionsPerSocketMax } = dependencies;
  const running = new WeakMap<Connection, number>();
  return {
    prepare: (connection, operationId, payload) => {
      const count = running.get(connection) ?? 0;
      if (count >= subscriptionsPerSocketMax) return [tooMany(subscriptionsPerSocketMax)];
      const known = documents.of(payload.query);
      if (known.kind === 'bad') return known.errors;
      const operation = getOperationAST(known.document, payload.operationName);
      if (!operation) return [badInput('operationName', 'names no operation of the document.')];
      const refused = operation.operation === 'subscription' && tooMuchOf(known.document, payload);
      if (refused) return [refused];
      return toArgs(schema, known, { connection, operationId, payload });
    },
    subscribe: async (args) => {
      const { connection, operationId, text, sharing } = (args as SocketArgs).contextValue;
      const viewer = liveViewer(connection, dependencies.now());
      if (viewer === null) return { errors: [runOut()] };
      const after = afterArgument(args);
      if (after instanceof GraphQLError) return { errors: [after] };
      running.set(connection, (running.get(connection) ?? 0) + 1);
      const request = { connection, viewer, operationId, text, args, sharing, after: after.cursor };
      const stream = dependencies.open(request);
      const free = () => running.set(connection, (running.get(connection) ?? 1) - 1);
      if (!('next' in stream)) {
        free();
        return stream;
      }
      return freeing(stream, free);
    },
    execute: async (args) => {
      const { connection } = (args as SocketArgs).contextValue;
      const viewer = liveViewer(connection, dependencies.now());
      if (viewer === null) return { errors: [runOut()] };
      return dependencies.execute(args, viewer).catch(refusedOnly);
    },
  };
}

/**
 * A subscription runs again with each event: no single run may be dearer than a request. What
 * queries and mutations cost is taken from the allowance when they are executed.
 */
function tooMuchOf(
  document: DocumentNode,
  { variables }: Parameters<Operations['prepare']>[2],
): GraphQLError | null {
  try {
    admissible(document, variables ?? {});
    return null;
  } catch (cause) {
    if (cause instanceof GraphQLError) return cause;
    throw cause;
  }
}

/** A limit met is an answer; anything else is a failure of ours. */
function refusedOnly(cause: unknown): ExecutionResult {
  if (cause instanceof GraphQLError) return { errors: [cause] };
  throw cause;
}

function liveViewer(connection: Connection, now: number): UserId | null {
  const viewer = connection.viewer();
  return viewer && viewer.expiresAtMs > now ? viewer.userId : null;
}

function toArgs(
  schema: GraphQLSchema,
  known: Extract<KnownDocument, { readonly kind: 'good' }>,
  {
    connection,
    operationId,
    payload,
  }: {
    readonly connection: Connection;
    readonly operationId: string;
    readonly payload: Parameters<Operations['prepare']>[2];
  },
): SocketArgs {
  const { document, sharing } = known;
  return {
    schema,
    document,
    operationName: payload.operationName ?? null,
    variableValues: payload.variables ?? null,
    contextValue: { connection, operationId, text: payload.query, sharing },
  };
}

/** The coerced `after` of the events field, wherever in the document it stands. */
function afterArgument(args: ExecutionArgs): { readonly cursor: string | null } | GraphQLError {
  const { schema, document, variableValues } = args;
  const operation = getOperationAST(document, args.operationName);
  const definition = schema.getSubscriptionType()?.getFields().events;
  if (!operation || !definition) return new GraphQLError('There is no such subscription.');
  const values = { ...(variableValues ?? {}) };
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], values);
  if (coerced.errors)
    return documentError(coerced.errors[0] ?? new GraphQLError('A variable is wrong.'));
  try {
    const found = getArgumentValues(definition, eventsField(args), coerced.coerced);
    return { cursor: typeof found.after === 'string' ? found.after : null };
  } catch (cause) {
    return documentError(
      cause instanceof GraphQLError ? cause : new GraphQLError('`after` is wrong.'),
    );
  }
}

function eventsField({ document }: ExecutionArgs): FieldNode {
  let found: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'events' } };
  visit(document, {
    Field: (node) => {
      if (node.name.value === 'events') found = node;
      return false;
    },
  });
  return found;
}

function freeing(stream: LiveStream, free: () => void): LiveStream {
  let freed = false;
  const once = () => {
    if (!freed) free();
    freed = true;
  };
  const original = stream.return.bind(stream);
  stream.return = (value) => {
    once();
    return original(value);
  };
  return stream;
}

function tooMany(max: number): GraphQLError {
  return new GraphQLError(`A socket carries at most ${max} subscriptions: complete one first.`, {
    extensions: { code: 'LIMITED', retryAfterMs: 1_000 },
  });
}

function runOut(): GraphQLError {
  return new GraphQLError('The access token ran out: connect again with a fresh one.', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}
