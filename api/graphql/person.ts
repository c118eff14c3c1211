import type { PersonView } from '../../projections/people/view.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { FieldResolvers } from './schema.ts';

export const deletedPersonName = 'Deleted person';

export const personFields: Readonly<Record<string, FieldResolvers>> = {
  Person: {
    id: ({ userId }: PersonView) => encodeNodeId({ type: 'Person', userId }),
    kind: ({ kind }: PersonView) => kind.toUpperCase(),
    name: ({ name }: PersonView) => name ?? deletedPersonName,
    about: ({ about }: PersonView) => about || null,
    fields: ({ fields }: PersonView) =>
      fields.filter(({ label, value }) => label !== null && value !== null),
    state: ({ name }: PersonView) => (name === null ? 'ERASED' : 'ACTIVE'),
  },
  Preferences: {
    theme: ({ theme }: PersonView['preferences']) => theme.toUpperCase(),
  },
};
