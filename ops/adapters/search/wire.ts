import type { IndexChange, IndexDocument, IndexTarget } from './port.ts';

/** How the search crosses between two processes: JSON, in which versions are decimal strings. */
export type Written<Of> = Of extends { readonly version: bigint }
  ? Omit<Of, 'version'> & { readonly version: string }
  : never;
export type WrittenChange =
  | { readonly kind: 'put'; readonly document: Written<IndexDocument> }
  | Written<Extract<IndexChange, { readonly kind: 'remove' }>>;

export type ApplyRequest = {
  readonly target: IndexTarget;
  readonly changes: readonly WrittenChange[];
};
export type DocumentsRequest = {
  readonly target: IndexTarget;
  readonly after: string; // an id
};
/** Failures that the port names keep their names. */
export type Reply =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'cursor-refused' | 'unavailable'; readonly reason: string };

export function written(change: IndexChange): WrittenChange {
  if (change.kind === 'remove') return { ...change, version: String(change.version) };
  return { kind: 'put', document: writtenDocument(change.document) };
}

export function read(change: WrittenChange): IndexChange {
  if (change.kind === 'remove') return { ...change, version: BigInt(change.version) };
  return { kind: 'put', document: readDocument(change.document) };
}

export function writtenDocument(document: IndexDocument): Written<IndexDocument> {
  return { ...document, version: String(document.version) };
}

export function readDocument(document: Written<IndexDocument>): IndexDocument {
  return { ...document, version: BigInt(document.version) } as IndexDocument;
}
