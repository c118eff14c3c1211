import type { UserId } from '../../domain/ids.ts';
import type { SealingScope, Vault } from '../../schemas/events/sealing.ts';
import type { Cursors } from './port.ts';

/** Nobody's id: its key is every process's of the platform. */
const platform = '00000000-0000-0000-0000-000000000000' as UserId;
const scope: SealingScope = { subject: platform, month: null };

const charactersStep = 256; // lengths tell no more than this

/**
 * Seals under a key of the platform, one of its own for each viewer: every gateway opens what
 * another one sealed, and nobody else anything of it.
 */
export function openCursors(vault: Vault): Cursors {
  return {
    of: async (viewer) => {
      const keyring = await vault.forSealing([scope]);
      const place = { stream: 'search', eventId: `cursor/${viewer}`, field: 'cursor' };
      return {
        seal: (text) => {
          const padded = text.padEnd(Math.ceil(text.length / charactersStep) * charactersStep);
          const sealed = keyring.seal(scope, place, padded);
          return Buffer.from(sealed, 'base64').toString('base64url');
        },
        open: (sealed) => {
          try {
            return keyring.open(scope, place, sealed)?.trimEnd() ?? null;
          } catch {
            return null; // made up, cut, or another viewer's
          }
        },
      };
    },
  };
}
