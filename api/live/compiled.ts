import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { execute } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** A compiled operation; or, where it cannot be compiled, why. */
export type Compiled = CompiledQuery | ExecutionResult;

/** Operations compiled by graphql-jit, each once. What is compiled goes with its document. */
export type CompiledDocuments = {
  of(document: DocumentNode, operationName: string | null): Compiled;
};

export function openCompiledDocuments(schema: GraphQLSchema): CompiledDocuments {
  const known = new WeakMap<DocumentNode, Map<string | null, Compiled>>();
  return {
    of: (document, operationName) => {
      const operations = known.get(document) ?? new Map<string | null, Compiled>();
      known.set(document, operations);
      const made =
        operations.get(operationName) ?? compileQuery(schema, document, operationName ?? undefined);
      operations.set(operationName, made);
      return made;
    },
  };
}

/**
 * Executes queries and mutations. A document that comes once is interpreted: compiling pays from
 * its second run on, as over HTTP.
 */
export function openExecutor(
  compiled: CompiledDocuments,
): (args: ExecutionArgs) => Promise<ExecutionResult> {
  const seen = new WeakSet<DocumentNode>();
  return async (args) => {
    const { document, operationName = null, contextValue, variableValues } = args;
    if (!seen.has(document)) {
      seen.add(document);
      return execute(args);
    }
    const operation = compiled.of(document, operationName);
    if (!isCompiledQuery(operation)) return operation;
    return operation.query(undefined, contextValue, { ...variableValues });
  };
}
