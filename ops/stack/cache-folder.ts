import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads are kept between runs and checkouts: the user's cache folder (XDG). */
export function cacheFolder(...names: readonly string[]): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'parley-stack', ...names);
}
