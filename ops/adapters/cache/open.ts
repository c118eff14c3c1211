import { openEmbeddedCache } from './embedded.ts';
import type { Cache } from './port.ts';
import { openServedCache } from './served.ts';

/** Which driver, and what it needs to know. */
export type CacheConfig =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'served'; readonly path: string }; // of another process's socket

/** Chooses the driver. */
export function openCache(config: CacheConfig, now: () => number): Cache {
  return config.kind === 'embedded' ? openEmbeddedCache({ now }) : openServedCache(config);
}
