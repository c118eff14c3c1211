import type { Defect } from './defect.ts';

const health = 'api/http/health.ts';
const pages = { spec: 'api/http/pages.spec.ts', test: 'health' } as const;
const goesOn = 'promise: sends go on whenever the event store lives';
const atOnce = 'promise: refused at once, never after a time-out';

/** In what is done without Postgres, and in what a balancer is told. */
export const awayDefects: readonly Defect[] = [
  {
    name: 'ready-means-whole',
    says: 'a machine that all gateways share takes all of them from the balancer',
    breaks: goesOn,
    file: health,
    text: "accepting() ? 'ready' : 'not ready'",
    instead: "accepting() && lacks.length === 0 ? 'ready' : 'not ready'",
    caughtBy: [pages],
  },
  {
    name: 'whole-means-ready',
    says: 'a gateway that alone has lost a machine keeps being sent requests',
    breaks: 'promise: what another gateway can answer is answered',
    file: health,
    text: ' && readiness.lacks.length === 0',
    instead: '',
    caughtBy: [pages],
  },
  {
    name: 'health-hangs',
    says: 'a machine that hangs makes health hang, and the balancer takes that for dead',
    breaks: goesOn,
    file: health,
    text: 'within(clock, checkMsMax, check())',
    instead: 'check()',
    caughtBy: [pages],
  },
  {
    name: 'done-is-refused',
    says: 'what was stored is called refused because it cannot be read now',
    breaks: 'law 2',
    file: 'api/graphql/mutations/payload.ts',
    text: 'if (cause instanceof TablesUnavailable) return {};',
    instead: 'void TablesUnavailable;',
    caughtBy: [{ spec: 'api/graphql/mutations/payload.spec.ts' }],
  },
  {
    name: 'waits-for-tables-away',
    says: 'each command waits two seconds for read models that cannot move',
    breaks: atOnce,
    file: 'projections/progress.ts',
    text: 'if (!waiter.patient) waiter.end();',
    instead: 'void waiter;',
    caughtBy: [{ spec: 'projections/progress.spec.ts' }],
  },
  {
    name: 'devices-do-not-wait',
    says: 'devices come back again and again, all of them, while Postgres is away',
    breaks: 'promise: they wait for read models ten seconds',
    file: 'projections/progress.ts',
    text: 'if (!waiter.patient) waiter.end();',
    instead: 'waiter.end();',
    caughtBy: [{ spec: 'projections/progress.spec.ts' }],
  },
  {
    name: 'postgres-unguarded',
    says: 'every read waits for a Postgres that is known to be away',
    breaks: atOnce,
    file: 'ops/adapters/tables/postgres.ts',
    text: 'guard.once(() => run(pool, query))',
    instead: 'run(pool, query)',
    caughtBy: [{ spec: 'ops/adapters/tables/postgres-away.spec.ts' }],
  },
  {
    name: 'all-wait-for-one',
    says: 'everybody waits for the one call that tries whether a server that hung is back',
    breaks: atOnce,
    file: 'ops/guard.ts',
    text: 'breaker.state === CircuitState.HalfOpen',
    instead: 'breaker.state === CircuitState.Isolated',
    caughtBy: [{ spec: 'ops/guard.spec.ts' }],
  },
];
