import type { DocumentNode, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import { GraphQLError as Failure, parse, specifiedRules, validate } from 'graphql';
import { weightOf } from '../document-weight.ts';
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
  readonly documentBytesMax: number; // that they may take together
  readonly tokensMax: number;
}): Documents {
  const { documentsKeptMax, documentBytesMax } = options;
  const kept = new Map<string, Weighed>();
  let bytes = 0;
  return {
    of: (text) => {
      const found = kept.get(text);
      const weighed = found ?? read(text, options);
      bytes += found ? 0 : weighed.bytes;
      kept.delete(text);
      kept.set(text, weighed);
      for (const [oldest, { bytes: freed }] of kept) {
        if (kept.size <= documentsKeptMax && bytes <= documentBytesMax) break;
        kept.delete(oldest);
        bytes -= freed;
      }
      return weighed.known;
    },
  };
}

type Weighed = { readonly known: KnownDocument; readonly bytes: number };

function read(text: string, options: Parameters<typeof openDocuments>[0]): Weighed {
  try {
    const document = parse(text, { maxTokens: options.tokensMax });
    const errors = validate(options.schema, document, [...specifiedRules, ...options.rules]);
    const bytes = weightOf(document);
    if (errors.length > 0) {
      return { bytes, known: { kind: 'bad', errors: errors.map(documentError) } };
    }
    const sharing = sharingPlan(options.schema, document);
    return { bytes, known: { kind: 'good', document, sharing } };
  } catch (cause) {
    const error = cause instanceof Failure ? cause : new Failure('The document cannot be read.');
    return { bytes: 2 * text.length, known: { kind: 'bad', errors: [documentError(error)] } };
  }
}
