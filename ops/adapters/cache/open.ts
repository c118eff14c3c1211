import { openEmbeddedCache } from './embedded.ts';
import type { Cache } from './port.ts';

export type CacheConfig = { readonly kind: 'embedded' };

/** Chooses the driver. */
export function openCache(_config: CacheConfig, now: () => number): Cache {
  return openEmbeddedCache({ now });
}
