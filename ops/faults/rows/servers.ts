import type { ServerName } from '../../stack/every-server.ts';
import type { Row } from '../row.ts';

/** A server dies without a word, and is started again as it was. */
export const serverRows: readonly Row[] = [
  killed('d1-postgres', 'postgres', { seconds: 8, looks: ['search', 'figures'] }),
  {
    ...killed('d2-redis', 'redis', { seconds: 5 }),
    says: 'Redis is killed and comes back with nothing in it',
  },
  killed('d3-kafka', 'kafka', { seconds: 15, looks: ['topic', 'search', 'figures'] }),
  killed('d4-search', 'elasticsearch', { seconds: 12, looks: ['search'] }),
  killed('d5-event-store', 'event-store', { seconds: 6, looks: ['topic'] }),
  {
    name: 'd6-analytics-reply-lost',
    says: 'inserts reach the analytics engine, and their answers are lost on the way back',
    seconds: 4,
    linked: true,
    looks: ['figures'],
    deed: async ({ stage, lasts }) => {
      const link = stage.link('workers-clickhouse');
      link.set({ holds: true }, ['back']);
      await lasts();
      link.reset();
      link.set({});
      return [];
    },
  },
];

function killed(
  name: string,
  server: ServerName,
  { seconds, looks }: Pick<Row, 'seconds' | 'looks'>,
): Row {
  return {
    ...{ name, seconds, looks, says: `${nameOf(server)} is killed, and started again later` },
    deed: async ({ stage, lasts }) => {
      const victim = stage.server(server);
      await victim.kill();
      await lasts();
      await victim.start();
      return [];
    },
  };
}

function nameOf(server: ServerName): string {
  const names: Readonly<Record<ServerName, string>> = {
    'event-store': 'the event store',
    postgres: 'Postgres',
    kafka: 'Kafka',
    redis: 'Redis',
    elasticsearch: 'Elasticsearch',
    clickhouse: 'the analytics engine',
  };
  return names[server];
}
