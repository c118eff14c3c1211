import type { FastifyInstance } from 'fastify';

/** Whether a machine answers, and if not, why. */
export type Check = () => Promise<
  { readonly ok: true } | { readonly ok: false; readonly reason: string }
>;

export type HealthDependencies = {
  /** What must answer before this process takes requests. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Names of checks without which requests are taken all the same: messages go on. */
  readonly mayBeAway?: readonly string[] | undefined;
  /** False once the process is stopping. */
  readonly accepting: () => boolean;
};

/** What /health/ready answers: each machine by name, `ok` or the cause, which is never empty. */
export type Readiness = {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, string>>;
};

export async function readinessOf(dependencies: HealthDependencies): Promise<Readiness> {
  const { checks, mayBeAway = [], accepting } = dependencies;
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const health = await check().catch(() => ({ ok: false, reason: 'no answer' }) as const);
      return [name, health.ok ? 'ok' : health.reason || 'it does not say why'] as const;
    }),
  );
  const works = ([name, state]: (typeof found)[number]) =>
    state === 'ok' || mayBeAway.includes(name);
  const ready = accepting() && found.every(works);
  return { status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(found) };
}

/** Serves /health/live and /health/ready, of which a balancer looks at the code alone. */
export function registerHealth(server: FastifyInstance, dependencies: HealthDependencies): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const readiness = await readinessOf(dependencies);
    return reply.code(readiness.status === 'ready' ? 200 : 503).send(readiness);
  });
}
