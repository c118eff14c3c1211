import graphql from '@graphql-eslint/eslint-plugin';

const rule = (name) => `@graphql-eslint/${name}`;

/** Events of the live stream: each is seen once, and the objects inside have their ids. */
const happenings = [
  ...['MessageSent', 'MessageEdited', 'MessageDeleted', 'ReactionsChanged', 'ConversationChanged'],
  ...['MembersChanged', 'MarksMoved', 'ParticipationChanged', 'ProfileChanged'],
  ...['Typing', 'Progress'],
];

/** The SDL by graphql-eslint's presets for schemas and Relay; what departs from them says why. */
export default [
  {
    files: ['**/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schemas/graphql/*.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // What has no identity of its own has no id: a cache keeps it within what shows it.
      [rule('strict-id-in-types')]: [
        'error',
        {
          exceptions: {
            types: [
              ...['PageInfo', 'Refusal', 'SessionTokens', 'ProfileField', 'Preferences'],
              ...['ConversationSettings', 'MessageVersion', 'ReactionCount', 'RateLimit'],
              ...['Highlight', 'PersonHit', 'ConversationHit', 'MessageHit'],
              ...['Analytics', 'FactsUpTo', 'FigureDefinition'],
              ...happenings,
            ],
            suffixes: ['Connection', 'Edge', 'Payload', 'Figure', 'Row'],
          },
        },
      ],
      // The inbox and channels are read from their newest end; one direction is all they have.
      [rule('relay-arguments')]: ['error', { includeBoth: false }],
      // Lists that a limit keeps short (pins, reactions, fields of a profile) need no pages.
      [rule('relay-edge-types')]: ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
];
