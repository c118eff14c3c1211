import type { Keyring } from '../../schemas/events/sealing.ts';
import { openRecordOpener } from './open-records.ts';
import type { RecordOpener } from './port.ts';
import { openRecordMemory } from './record-memory.ts';

/**
 * Opens records without any key: every personal field reads as null, whoever it is of. For those
 * whose business no text is.
 */
export function openBlindOpener(): RecordOpener {
  const vault = { forOpening: async () => noKeys, whenDestroyed: () => undefined };
  return openRecordOpener(vault, openRecordMemory({ recordsMax: 0, charactersMax: 0 }));
}

const noKeys: Keyring = {
  holds: () => false,
  open: () => null,
  seal: () => refuse(),
  tag: () => refuse(),
};

function refuse(): never {
  throw new Error('Who holds no keys seals nothing.');
}
