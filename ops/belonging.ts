import type { EventStore } from './adapters/event-store/port.ts';
import { PlainError } from './plain-error.ts';
import type { OwnedVault } from './vault/vault.ts';

/** What must come from the same platform: log, tables and root key. */
export type Belonging = {
  readonly vault: OwnedVault;
  readonly eventStore: EventStore;
  /** The file of the root key. */
  readonly rootKeyPath: string;
  /** The position up to which the read models hold everything. */
  readonly shown: () => Promise<bigint>;
};

/**
 * Refuses to work on three things that do not belong together: a log that is older than the read
 * models, a log over tables without a key, a root key made anew. Going on would make them
 * unreadable or wrong for good; each is mended by bringing back what is missing. Tables that are
 * older than the log pass: a key that they lack may as well have been destroyed on purpose.
 */
export async function refuseStrangers(belonging: Belonging): Promise<void> {
  const { vault, eventStore, rootKeyPath, shown } = belonging;
  const keys = await vault.recognise();
  if (keys === 'foreign') throw foreignKey(rootKeyPath);
  const head = await eventStore.head();
  if (keys === 'none' && head > 0n) throw withoutKeys(head);
  const seen = await shown(); // first, as both grow while other processes work
  const end = await eventStore.end();
  if (seen > end) throw shortened(end, seen);
  await vault.claim();
}

function foreignKey(path: string): PlainError {
  return new PlainError(
    `The root key ${path} is not the one under which the keys of this platform are wrapped: ` +
      'put the one from your backup in its place.',
  );
}

function withoutKeys(head: bigint): PlainError {
  return new PlainError(
    `The log holds events (up to position ${head}) and the tables hold none of the keys they are ` +
      'sealed with: restore both from one backup, or check PARLEY_DATA and DATABASE_URL.',
  );
}

function shortened(end: bigint, seen: bigint): PlainError {
  return new PlainError(
    `The log ends at position ${end} and the read models hold everything up to ${seen}: it is ` +
      'older than they are. Restore both from one backup, or check PARLEY_DATA and DATABASE_URL.',
  );
}
