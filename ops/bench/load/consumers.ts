import pg from 'pg';
import { openAnalytics } from '../../adapters/analytics/open.ts';
import type { Deployment } from './deployment.ts';
import type { Came, Journaled, Reached } from './journal.ts';

/** Looks again and again how far the consumers of a deployment are. */
export type Consumers = {
  /** Everything seen so far, by consumer. */
  seen(consumer: Followed): readonly Reached[];
  /** How far each of them was at the last look. */
  least(): number;
  /** When analysts could count each of the messages; asked of the engine itself. */
  factsCame(messages: readonly Journaled[]): Promise<Came>;
  [Symbol.asyncDispose](): Promise<void>;
};

export const followed = ['relay', 'projector', 'indexer'] as const;
export type Followed = (typeof followed)[number];

const checkpointsEveryMs = 100;
const metricsEveryMs = 1_000;
const checkpoints = `
  select projection like '%@index' as indexed, min(position)::text as position
  from projector.checkpoint
  where projection not like '%@next' group by 1`;

/** From Postgres ten times a second, the relay from its process' metrics once a second. */
export async function openConsumers(deployment: Deployment): Promise<Consumers> {
  const seen: Record<Followed, Reached[]> = { relay: [], projector: [], indexer: [] };
  const note = (consumer: Followed, position: number) => {
    const reached = { atMs: performance.now(), position };
    seen[consumer].push(reached);
    if (consumer !== 'relay') seen.relay.push(reached); // what they hold went through it
  };
  const client = new pg.Client({ connectionString: deployment.address('postgres') });
  await client.connect();
  const url = deployment.address('clickhouse');
  const analytics = await openAnalytics({ kind: 'clickhouse', url });
  const looking = [
    again(checkpointsEveryMs, async () => {
      const { rows } = await client.query({ name: 'checkpoints', text: checkpoints });
      for (const { indexed, position } of rows) {
        note(indexed ? 'indexer' : 'projector', Number(position));
      }
    }),
    again(metricsEveryMs, async () => {
      const text = await (await fetch(deployment.metricsUrl)).text();
      note('relay', Number(/^parley_relay_position (\S+)$/m.exec(text)?.[1] ?? 0));
    }),
  ];
  return {
    seen: (consumer) => seen[consumer],
    least: () => Math.min(...followed.map((consumer) => seen[consumer].at(-1)?.position ?? 0)),
    factsCame: async (messages) => {
      const from = Math.min(...messages.map(({ position }) => position));
      const rows = await analytics.ask<{ readonly ms: string; readonly positions: string[] }>({
        sql: `select toUnixTimestamp64Milli(loaded_at) as ms, groupArray(position) as positions
          from fact_events where position >= ${from} and event = 'message-sent' group by loaded_at`,
        as: 'platform',
      });
      const loaded = new Map<number, number>();
      for (const { ms, positions } of rows) {
        for (const position of positions) loaded.set(Number(position), Number(ms));
      }
      return messages.map(({ position }) => {
        const ms = loaded.get(position);
        return ms === undefined ? null : ms - performance.timeOrigin;
      });
    },
    [Symbol.asyncDispose]: async () => {
      for (const stop of looking) await stop();
      await client.end();
      await analytics[Symbol.asyncDispose]();
    },
  };
}

/** One look at a time; what fails is looked at again. */
function again(everyMs: number, look: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  const run = async (): Promise<void> => {
    while (!stopped) {
      const startedAt = performance.now();
      await look().catch(() => undefined);
      const restMs = Math.max(5, everyMs - (performance.now() - startedAt));
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  };
  const running = run();
  return () => {
    stopped = true;
    return running;
  };
}
