import { openEmbeddedObjects } from './embedded.ts';
import type { Objects } from './port.ts';
import { openS3Objects } from './s3.ts';

/** Which driver, and what it needs to know. */
export type ObjectsConfig =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 's3'; readonly url: string };

/** Chooses the driver. */
export async function openObjects(config: ObjectsConfig, now: () => number): Promise<Objects> {
  return config.kind === 's3' ? openS3Objects(config) : openEmbeddedObjects({ ...config, now });
}
