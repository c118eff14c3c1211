import type { CommandLimits } from './limits.ts';
import type { CommandsDependencies } from './open-commands.ts';
import type { Registry } from './registry.ts';

/** What a use case works with. */
export type UseCaseContext = Omit<CommandsDependencies, 'limits' | 'journals'> & {
  readonly registry: Registry;
  readonly limits: CommandLimits;
  readonly journals: CommandsDependencies['journals'];
};
