import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { SealingScope, Vault } from '../../schemas/events/sealing.ts';
import type { Pseudonyms } from './port.ts';

/** Nobody's id: under its key lie the pseudonyms of conversations. */
const platform = '00000000-0000-0000-0000-000000000000' as UserId;

/**
 * A person's pseudonym is an HMAC under her own subject key. It is looked for, never made: she has
 * it since before her first event, and a key that was destroyed must not come back as another.
 */
export function openPseudonyms(vault: Vault): Pseudonyms {
  return {
    namesFor: async (people) => {
      await vault.forSealing([scopeOf(platform)]);
      const keyring = await vault.forOpening([...new Set(people)].map(scopeOf));
      const name = (scope: SealingScope, text: string) =>
        keyring.holds(scope) ? numberOf(keyring.tag(scope, text)) : '0';
      return {
        person: (userId) => name(scopeOf(userId), 'parley.facts.person'),
        conversation: (conversationId: ConversationId) =>
          name(scopeOf(platform), `parley.facts.conversation/${conversationId}`),
      };
    },
  };
}

function scopeOf(subject: UserId): SealingScope {
  return { subject, month: null };
}

/** The first 64 bits: among 100 million people two share them with a chance of 1 in 4,000. */
function numberOf(tag: string): string {
  return Buffer.from(tag, 'base64url').readBigUInt64BE().toString();
}
