import type { UserId } from '../domain/ids.ts';
import type { MessageKey } from '../projections/timeline/read.ts';
import type { ApiDependencies } from './dependencies.ts';
import { unauthenticated } from './errors.ts';
import type { Loaders } from './loaders.ts';
import { openLoaders } from './loaders.ts';

/**
 * What resolvers work with: one for each execution, so that what it loads is loaded set-wise and
 * once.
 */
export type ApiContext = {
  readonly viewer: UserId | null;
  readonly address: string; // of the caller, for limits
  readonly dependencies: ApiDependencies;
  readonly loaders: Loaders;
  readonly wrongToken?: true; // a token came and was none of ours
  /** The message that a live frame is about, and from where its recipients see what it answers. */
  readonly atHand?: MessageKey & { readonly seesFrom: number };
  cost: {
    readonly requested: number;
    readonly remaining: number;
    readonly resetAtMs: number;
  } | null;
};

export function createContext(
  dependencies: ApiDependencies,
  viewer: UserId | null,
  address = 'local',
): ApiContext {
  return { viewer, address, dependencies, loaders: openLoaders(dependencies, viewer), cost: null };
}

/** The viewer, or the error that asks for her. */
export function viewerOf({ viewer }: ApiContext): UserId {
  if (viewer === null) throw unauthenticated();
  return viewer;
}
