import { openFileRootKey } from './file.ts';
import type { RootKey } from './port.ts';

export type RootKeyConfig = { readonly kind: 'file'; readonly path: string };

/** Chooses the driver. */
export function openRootKey(config: RootKeyConfig): RootKey {
  return openFileRootKey({ path: config.path });
}
