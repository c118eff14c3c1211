import { openElasticsearch } from './elasticsearch.ts';
import { openEmbeddedSearch } from './embedded.ts';
import type { Search } from './port.ts';
import { openServedSearch } from './served.ts';

/** Which driver, and what it needs to know. */
export type SearchConfig =
  | { readonly kind: 'embedded'; readonly path: string } // of the file
  | { readonly kind: 'served'; readonly path: string } // of another process's socket
  | { readonly kind: 'elasticsearch'; readonly url: string };

/** Chooses the driver. */
export async function openSearch(config: SearchConfig): Promise<Search> {
  if (config.kind === 'elasticsearch') return openElasticsearch(config);
  return config.kind === 'embedded' ? openEmbeddedSearch(config) : openServedSearch(config);
}
