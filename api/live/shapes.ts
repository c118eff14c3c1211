import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { getOperationAST } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** A document with its variables: devices with equal shapes may share executions. */
export type Shape = {
  readonly key: string;
  /** Executes on a root and serialises: the payload of a `next` frame. */
  readonly frame: (root: object, context: unknown) => Promise<Buffer>;
};

export type Shapes = {
  /** The shape of these arguments; the text stands for the document. */
  of(text: string, args: ExecutionArgs): Shape;
};

/** Compiles each document once (graphql-jit) and keeps the newest; bounded. */
export function openShapes(options: {
  readonly schema: GraphQLSchema;
  readonly shapesKeptMax: number;
}): Shapes {
  const compiled = new Map<string, Run>();
  return {
    of: (text, args) => {
      const operation = `${args.operationName ?? ''}\n${text}`;
      const variables = JSON.stringify(args.variableValues ?? {});
      const known = compiled.get(operation) ?? compile(options.schema, args);
      compiled.delete(operation);
      compiled.set(operation, known);
      if (compiled.size > options.shapesKeptMax) dropOldest(compiled);
      return { key: `${variables}\n${operation}`, frame: withVariables(known, args) };
    },
  };
}

type Run = (root: object, context: unknown, variables?: object) => Promise<ExecutionResult>;

function compile(schema: GraphQLSchema, args: ExecutionArgs): Run {
  const query = compileQuery(schema, args.document, args.operationName ?? undefined);
  if (!isCompiledQuery(query)) return async () => query;
  return async (root, context, variables) => execute(query, { root, context, variables });
}

function execute(
  query: CompiledQuery,
  { root, context, variables }: { root: object; context: unknown; variables?: object | undefined },
): Promise<ExecutionResult> {
  return Promise.resolve(query.query({ events: root }, context, { ...variables }));
}

function withVariables(run: Run, args: ExecutionArgs): Shape['frame'] {
  const variables = getOperationAST(args.document)?.variableDefinitions?.length
    ? { ...(args.variableValues ?? {}) }
    : {};
  return async (root, context) => serialise(await run(root, context, variables));
}

/**
 * A frame in which something is missing because a machine was away is none: it throws, and who
 * would have got it resumes.
 */
function serialise({ data, errors }: ExecutionResult): Buffer {
  const away = errors?.find(({ originalError }) => /Unavailable$/.test(originalError?.name ?? ''));
  if (away) throw away.originalError ?? away;
  return Buffer.from(JSON.stringify(errors ? { data: data ?? null, errors } : { data }));
}

function dropOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
