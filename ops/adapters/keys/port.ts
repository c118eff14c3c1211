/**
 * The root key, under which every other key is wrapped. It never leaves the provider: a file with
 * mode 0600 by default; a KMS fits the same two calls.
 */
export type RootKey = {
  /** Wraps a 32-byte key; the context is bound as associated data. */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  /** Rejects with RootKeyMismatch when it was wrapped under another root key or context. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Wrapped under another root key, or for another context. */
export class RootKeyMismatch extends Error {
  override readonly name = 'RootKeyMismatch';
}
