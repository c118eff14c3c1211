import { personByHandle } from '../../../projections/people/read.ts';
import { decodeNodeId } from '../../../schemas/graphql/node-id.ts';
import { viewerOf } from '../../context.ts';
import { badInput } from '../../errors.ts';
import { wellFormedIn } from '../input.ts';
import type { Resolver } from '../schema.ts';

export const person: Resolver = (_parent, { id, handle }, context) => {
  viewerOf(context);
  if ((id === undefined || id === null) === (handle === undefined || handle === null)) {
    throw badInput('id', 'or `handle`: give exactly one of them.');
  }
  if (typeof handle === 'string') {
    const plain = wellFormedIn(handle, 'handle').replace(/^@/, '').toLowerCase();
    return personByHandle(context.dependencies.tables, plain);
  }
  const found = decodeNodeId(id);
  return found?.type === 'Person' ? context.loaders.people.load(found.userId) : null;
};
