import { viewerOf } from '../../context.ts';
import type { Resolver } from '../schema.ts';
import { searchAskedIn } from '../search/asked.ts';
import { searchPage } from '../search/page.ts';

export const search: Resolver = (_parent, args, context) => {
  viewerOf(context);
  return searchPage(context, searchAskedIn(args));
};
