import { viewerOf } from '../../context.ts';
import type { Resolver } from '../schema.ts';

export const rateLimit: Resolver = (_parent, _args, context) => {
  viewerOf(context);
  const { cost, dependencies } = context;
  return {
    cost: cost?.requested ?? 0,
    limit: dependencies.costPerMinute,
    remaining: cost?.remaining ?? dependencies.costPerMinute,
    resetAt: cost?.resetAtMs ?? dependencies.now(),
  };
};
