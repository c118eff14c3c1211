import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { weightOf } from '../document-weight.ts';

/**
 * Mercurius keeps documents, the wrong ones too, by their number alone, and one document may take a
 * hundred times what another does. When those that came in weigh too much, all are forgotten.
 */
export function boundKeptDocuments(
  server: FastifyInstance,
  schema: GraphQLSchema,
  documentBytesMax: number,
): void {
  let bytes = 0;
  server.graphql.addHook('preValidation', async (_schema, document) => {
    bytes += weightOf(document);
    if (bytes <= documentBytesMax) return;
    bytes = weightOf(document);
    server.graphql.replaceSchema(schema);
  });
}
