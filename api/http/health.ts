import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../projections/clock.ts';
import { within } from '../../projections/clock.ts';

/** Whether a machine answers, and if not, why. */
export type Check = () => Promise<
  { readonly ok: true } | { readonly ok: false; readonly reason: string }
>;

export type HealthDependencies = {
  readonly checks: Readonly<Record<string, Check>>;
  /** Names of checks without which people lack nothing but a part of its own, such as search. */
  readonly mayBeAway?: readonly string[] | undefined;
  /** False once the process is stopping. */
  readonly accepting: () => boolean;
  readonly clock: Clock;
};

/** What /health/ready and /health/whole answer. */
export type Readiness = {
  /** Ready: takes requests, and answers each of them for itself, whatever is away. */
  readonly status: 'ready' | 'not ready';
  /** Machines that people miss in what they ask for here; a gateway that lacks none is whole. */
  readonly lacks: readonly string[];
  /** Each machine by name, `ok` or the cause, which is never empty. */
  readonly checks: Readonly<Record<string, string>>;
};

const checkMsMax = 2_000; // balancers wait for three seconds: a machine that hangs is told in time

export async function readinessOf(dependencies: HealthDependencies): Promise<Readiness> {
  const { checks, mayBeAway = [], accepting, clock } = dependencies;
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const health = await within(clock, checkMsMax, check()).catch(() => noAnswer);
      return [name, health.ok ? 'ok' : health.reason || 'it does not say why'] as const;
    }),
  );
  const lacks = found.flatMap(([name, state]) =>
    state === 'ok' || mayBeAway.includes(name) ? [] : [name],
  );
  const status = accepting() ? 'ready' : 'not ready';
  return { status, lacks, checks: Object.fromEntries(found) };
}

const noAnswer = { ok: false, reason: 'no answer' } as const;

/**
 * Serves /health/live, /health/ready and /health/whole, of which a balancer looks at the code
 * alone: it prefers gateways that are whole, and without any takes all that are ready
 * (ops/docs/adr/0023-readiness.md).
 */
export function registerHealth(server: FastifyInstance, dependencies: HealthDependencies): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const readiness = await readinessOf(dependencies);
    return reply.code(readiness.status === 'ready' ? 200 : 503).send(readiness);
  });
  server.get('/health/whole', async (_request, reply) => {
    const readiness = await readinessOf(dependencies);
    const isWhole = readiness.status === 'ready' && readiness.lacks.length === 0;
    return reply.code(isWhole ? 200 : 503).send(readiness);
  });
}
