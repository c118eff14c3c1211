import { openEmbeddedCache } from './embedded.ts';
import type { Cache } from './port.ts';
import { openRedisCache } from './redis.ts';
import { openServedCache } from './served.ts';

/** Which driver, and what it needs to know. */
export type CacheConfig =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'served'; readonly path: string } // of another process's socket
  | { readonly kind: 'redis'; readonly url: string };

/** Chooses the driver. */
export async function openCache(config: CacheConfig, now: () => number): Promise<Cache> {
  if (config.kind === 'redis') return openRedisCache(config, now);
  return config.kind === 'embedded' ? openEmbeddedCache({ now }) : openServedCache(config);
}
