import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { getOperationAST } from 'graphql';
import { isCompiledQuery } from 'graphql-jit';
import { TablesUnavailable } from '../../ops/adapters/tables/port.ts';
import type { Compiled, CompiledDocuments } from './compiled.ts';

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

export function openShapes(compiled: CompiledDocuments): Shapes {
  return {
    of: (text, args) => {
      const { document, operationName = null, variableValues } = args;
      const operation = compiled.of(document, operationName);
      return {
        key: `${JSON.stringify(variableValues ?? {})}\n${operationName ?? ''}\n${text}`,
        frame: frameOf(operation, args),
      };
    },
  };
}

function frameOf(operation: Compiled, { document, variableValues }: ExecutionArgs): Shape['frame'] {
  if (!isCompiledQuery(operation)) return async () => serialise(operation);
  const variables = getOperationAST(document)?.variableDefinitions?.length
    ? { ...variableValues }
    : {};
  return async (root, context) =>
    serialise(await operation.query({ events: root }, context, variables));
}

/** A frame that lacks what a machine could not tell is none: nobody would ever get it again. */
function serialise({ data, errors }: ExecutionResult): Buffer {
  const away = errors?.find(({ originalError }) => originalError instanceof TablesUnavailable);
  if (away?.originalError) throw away.originalError;
  return Buffer.from(JSON.stringify(errors ? { data: data ?? null, errors } : { data }));
}
