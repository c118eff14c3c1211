import type { Cost } from './measured.ts';
import { measured } from './measured.ts';
import type { Latency } from './open-loop.ts';
import { offer, openLatency, until } from './open-loop.ts';
import type { Asking } from './pages.ts';
import type { Watched } from './platform.ts';

/** What a request took. */
export type Asked = {
  readonly cost: Cost;
  readonly milliseconds: number; // CPU of the platform, a request
  readonly latency: Latency;
  readonly bytes: number; // of an answer
};

/** Offers requests at a rate, warm ones first, and tells what each of them took. */
export async function askMany(
  subject: Watched,
  asking: Asking,
  {
    perSecond,
    count,
    variables,
  }: {
    readonly perSecond: number;
    readonly count: number;
    readonly variables: (at: number) => object;
  },
): Promise<Asked> {
  const round = async (many: number) => {
    const latency = openLatency();
    let [answered, bytes] = [0, 0];
    const failures: unknown[] = [];
    await offer({ perSecond, count: many }, (at, intendedMs) => {
      asking.ask(variables(at)).then(
        (text) => {
          latency.record(performance.now() - intendedMs);
          answered += 1;
          bytes = text.length;
        },
        (cause) => failures.push(cause),
      );
    });
    await until(() => answered + failures.length >= many, 60_000);
    if (failures.length > 0 || answered < many) throw failures[0] ?? new Error('no answer came');
    return { latency: latency.read(), bytes };
  };
  await round(Math.ceil(count / 4));
  let seen = { latency: openLatency().read(), bytes: 0 };
  const cost = await measured(subject, async () => {
    seen = await round(count);
  });
  return { cost, milliseconds: (cost.cpuSeconds * 1_000) / count, ...seen };
}
