import type { ConversationId, UserId } from '../../domain/ids.ts';

/**
 * Whose keys seal a field. With a conversation: HKDF(subject key, conversation-month key, event
 * id); without one: HKDF(subject key, event id).
 */
export type SealingScope = {
  readonly subject: UserId;
  // '2026-11'
  readonly month: { readonly conversationId: ConversationId; readonly utcMonth: string } | null;
};

/** Bound to a sealed field as associated data, so that it opens nowhere else. */
export type Place = {
  readonly stream: string;
  readonly eventId: string;
  readonly field: string;
};

/** The keys of some scopes, at hand: no call waits. */
export type Keyring = {
  /** Whether every key of the scope is there; what it sealed reads as erased where one is not. */
  holds(scope: SealingScope): boolean;
  /** Base64 of nonce, ciphertext and tag. The scope must be one the keyring was asked for. */
  seal(scope: SealingScope, place: Place, text: string): string;
  /** Null when a key of the scope is gone: erased. Throws when the text was tampered with. */
  open(scope: SealingScope, place: Place, sealed: string): string | null;
  /** Equal for equal texts under one scope, and tells nothing once a key is gone. */
  tag(scope: SealingScope, text: string): string;
};

/** Makes and finds keys. */
export type Vault = {
  /** Makes what is missing; every key is durable when it resolves. */
  forSealing(scopes: readonly SealingScope[]): Promise<Keyring>;
  /** Never makes a key. */
  forOpening(scopes: readonly SealingScope[]): Promise<Keyring>;
};
