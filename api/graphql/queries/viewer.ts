import { viewerOf } from '../../context.ts';
import { caughtUp } from '../at-least.ts';
import type { Resolver } from '../schema.ts';

export const viewer: Resolver = async (_parent, { atLeast }, context) => {
  const userId = viewerOf(context);
  await caughtUp(context, atLeast);
  return { userId };
};
