// Who may import whom, with a sentence for the offender (see ops/docs/adr/0001-house.md).
'use strict';

const spec = '\\.(spec|bench)\\.ts$|/testing(/|\\.ts$)|/contract\\.ts$';

/** Composition roots: a process begins there, so they alone see everything. */
const main = '^(api|workers)/main\\.ts$';

/** A room may reach only these places (and itself); all else is refused with the sentence. */
function room(name, { from, may, says }) {
  return {
    name,
    severity: 'error',
    comment: says,
    from: { path: from, pathNot: [spec, main] },
    to: { pathNot: [from, ...may] },
  };
}

const ports = '^ops/(adapters/[^/]+|vault|observe|rpc)/port\\.ts$';
const npm = (...packages) => `node_modules/(${packages.join('|')})(/|$)`;

module.exports = {
  forbidden: [
    room('domain-is-pure', {
      from: '^domain/',
      may: [],
      says: 'The domain imports the domain: take the fact, id or time as part of the command.',
    }),
    room('schemas-know-the-domain', {
      from: '^schemas/',
      may: ['^domain/', npm('zod', 'graphql', '@graphql-codegen/[^/]+'), '^(node:)?(fs|url|path)$'],
      says: 'Schemas say what crosses a boundary: import domain types and zod, nothing else.',
    }),
    room('commands-see-ports', {
      from: '^commands/',
      may: ['^domain/', ports, '^(node:)?crypto$'],
      says: 'Commands know the domain and ports as types: take the rest as a dependency.',
    }),
    ...[
      ...['inbox', 'timeline', 'conversation-details', 'people'],
      ...['message-search', 'people-search', 'conversation-search', 'facts'],
    ].map((name) =>
      room(`projection-${name}-stands-alone`, {
        from: `^projections/${name}/`,
        may: ['^domain/', '^projections/[^/]+\\.ts$', ports, '^(node:)?(fs|url|path)$'],
        says: 'A projection answers one question from events alone: keep columns of your own.',
      }),
    ),
    room('api-reads-and-commands', {
      from: '^api/',
      may: [
        '^commands/',
        '^schemas/',
        '^domain/',
        '^projections/[^/]+/(read|view)\\.ts$',
        '^projections/(progress|clock)\\.ts$',
        ports,
        'node_modules/',
        '^(node:)?[a-z_/]+$',
      ],
      says: 'The API asks commands and readers: put a question into projections/<room>/read.ts.',
    }),
    room('workers-see-ports', {
      from: '^workers/',
      may: ['^commands/', '^projections/', '^schemas/', '^domain/', ports, '^(node:)?[a-z_/]+$'],
      says: 'Workers know ports as types: the composition root hands the machine in.',
    }),
    {
      name: 'adapters-stand-alone',
      severity: 'error',
      comment: 'An adapter knows its own room, codecs and one vendor package: pass the rest in.',
      from: { path: '^ops/adapters/([^/]+)/', pathNot: spec },
      to: {
        path: '^(domain|commands|projections|api|workers|ops)/',
        pathNot: [
          '^ops/adapters/$1/',
          ...[
            '^domain/ids\\.ts$',
            '^ops/(plain-error|misfit|calls|bell|guard|kept-process|process-alive)\\.ts$',
            '^ops/until-it-worked\\.ts$',
            '^ops/rpc/',
          ],
        ],
      },
    },
    {
      name: 'ports-as-types',
      severity: 'error',
      comment: 'Reach ops by `import type`, or for a port’s errors; take the rest as a dependency.',
      from: { path: '^(commands|projections|api)/', pathNot: [spec, main] },
      to: { path: '^ops/', pathNot: '/port\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'drivers-are-chosen-in-compose',
      severity: 'error',
      comment:
        'Only open.ts chooses a driver, and only ops/compose.ts calls it: depend on the port.',
      from: {
        path: '^(domain|schemas|commands|projections|api|workers|ops/(config|observe|journeys))/',
        pathNot: spec,
      },
      to: { path: '^ops/adapters/[^/]+/(?!port\\.ts)' },
    },
    room('config-reads-the-environment', {
      from: '^ops/config/',
      may: [npm('zod'), '^(node:)?(fs|path|util)$'],
      says: 'Configuration knows nothing but zod: give meaning to a value where it is used.',
    }),
    {
      name: 'prom-client-behind-the-meter',
      severity: 'error',
      comment:
        'Count in whole numbers, or tell whoever is handed in: only the meter knows Prometheus.',
      from: { pathNot: '^ops/observe/metrics/meter\\.ts$' },
      to: { path: npm('prom-client') },
    },
    {
      name: 'opentelemetry-behind-the-port',
      severity: 'error',
      comment: 'Tell ops/observe/port.ts what takes time: only the recorder knows OpenTelemetry.',
      from: { pathNot: '^ops/observe/traces/open-telemetry\\.ts$' },
      to: { path: npm('@opentelemetry') },
    },
    {
      name: 'opentelemetry-on-demand',
      severity: 'error',
      comment: 'Who records no traces loads none of it: `await import()` it where they are on.',
      from: {},
      to: {
        path: '^ops/observe/traces/open-telemetry\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that import each other are one file, or what they share wants its own.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'specs-are-not-imported',
      severity: 'error',
      comment: 'A spec is nobody’s library: move what is shared to testing/ beside the subject.',
      from: {},
      to: { path: '\\.spec\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^api/web/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
