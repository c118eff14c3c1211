import { viewerOf } from '../../context.ts';
import type { Resolver } from '../schema.ts';
import { searchAskedIn } from '../search/asked.ts';
import { searchPage } from '../search/page.ts';

export const search: Resolver = async (_parent, args, context) => {
  const { seal, open } = await context.dependencies.cursors.of(viewerOf(context));
  return searchPage(context, searchAskedIn(args, open), seal);
};
