import type { DocumentNode, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import { GraphQLError as Failure, parse, specifiedRules, validate } from 'graphql';
import { documentError } from '../errors.ts';
import type { SharingPlan } from './scope.ts';
import { sharingPlan } from './scope.ts';

/** A parsed and validated text with what is known of it. */
export type KnownDocument =
  | { readonly kind: 'good'; readonly document: DocumentNode; readonly sharing: SharingPlan }
  | { readonly kind: 'bad'; readonly errors: readonly GraphQLError[] };

export type Documents = { of(text: string): KnownDocument };

/** Parses and validates each text once; bounded, the least recently used goes first. */
export function openDocuments(options: {
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  readonly documentsKeptMax: number;
  readonly tokensMax: number;
}): Documents {
  const kept = new Map<string, KnownDocument>();
  return {
    of: (text) => {
      const known = kept.get(text) ?? read(text, options);
      kept.delete(text);
      kept.set(text, known);
      if (kept.size > options.documentsKeptMax) {
        for (const oldest of kept.keys()) {
          kept.delete(oldest);
          break;
        }
      }
      return known;
    },
  };
}

function read(text: string, options: Parameters<typeof openDocuments>[0]): KnownDocument {
  try {
    const document = parse(text, { maxTokens: options.tokensMax });
    const errors = validate(options.schema, document, [...specifiedRules, ...options.rules]);
    if (errors.length > 0) return { kind: 'bad', errors: errors.map(documentError) };
    return { kind: 'good', document, sharing: sharingPlan(options.schema, document) };
  } catch (cause) {
    const error = cause instanceof Failure ? cause : new Failure('The document cannot be read.');
    return { kind: 'bad', errors: [documentError(error)] };
  }
}
