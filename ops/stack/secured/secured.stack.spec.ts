import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickhouse } from '../clickhouse.ts';
import { elasticsearch } from '../elasticsearch.ts';
import { balancer } from '../haproxy.ts';
import { kafka } from '../kafka.ts';
import { minio } from '../minio.ts';
import { postgres } from '../postgres.ts';
import { redis } from '../redis.ts';
import { lackOf } from '../testing.ts';
import type { Certificates } from './certificates.ts';
import { makeCertificates, missingCertificates } from './certificates.ts';
import type { Reached, To } from './servers.ts';
import {
  otherPassword,
  reachedClickHouse,
  reachedElasticsearch,
  reachedEventStore,
  reachedKafka,
  reachedPostgres,
  reachedRedis,
  reachedS3,
} from './servers.ts';
import type { Driver } from './try.ts';

type Machine = {
  readonly drivers: readonly Driver[];
  readonly option: string;
  readonly lack: string | null;
  readonly open: (certificates: Certificates) => Promise<Reached>;
  /** Said after the address, each of which is right. */
  readonly ways?: readonly string[];
  /** How its address names an authority; by Node's variable unless told. */
  readonly trusting?: (file: string) => string;
};

const front = missingCertificates() ?? balancer.missing();
const machines: Readonly<Record<string, Machine>> = {
  Kafka: {
    ...{ drivers: ['platformatic', 'kafkajs'], option: 'PARLEY_EVENT_LOG', open: reachedKafka },
    lack: missingCertificates() ?? lackOf(kafka),
    ways: ['', '?mechanism=SCRAM-SHA-256', '?mechanism=PLAIN'],
  },
  Redis: {
    ...{ drivers: ['redis'], option: 'PARLEY_CACHE', open: reachedRedis },
    lack: missingCertificates() ?? lackOf(redis),
  },
  Postgres: {
    ...{ drivers: ['postgres'], option: 'DATABASE_URL', open: reachedPostgres },
    lack: missingCertificates() ?? lackOf(postgres),
  },
  Elasticsearch: {
    ...{ drivers: ['elasticsearch'], option: 'PARLEY_SEARCH', open: reachedElasticsearch },
    lack: front ?? lackOf(elasticsearch),
  },
  ClickHouse: {
    ...{ drivers: ['clickhouse'], option: 'PARLEY_ANALYTICS', open: reachedClickHouse },
    lack: front ?? lackOf(clickhouse),
  },
  S3: {
    ...{ drivers: ['s3'], option: 'PARLEY_OBJECTS', open: reachedS3 },
    lack: front ?? lackOf(minio),
  },
  'the event store': {
    ...{ drivers: ['eventstoredb'], option: 'PARLEY_EVENT_STORE', open: reachedEventStore },
    lack: front,
    trusting: (file) => `&tlsCaFile=${file}`,
  },
};

describe.each(Object.entries(machines))('%s with TLS and logins', (name, machine) => {
  const { drivers, option, lack, open, ways = [''], trusting } = machine;
  let certificates: Certificates;
  let server: Reached;

  beforeAll(async () => {
    if (lack !== null) return;
    certificates = makeCertificates();
    server = await open(certificates);
  }, 300_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    certificates?.[Symbol.dispose]();
  });

  const trusted = (url: string) => url + (trusting?.(certificates.authorityFile) ?? '');
  const to = (told: Partial<To>): string => {
    const { ports, password } = server;
    return server.address({
      ...{ host: 'localhost', port: ports.tls, tls: true, password },
      ...told,
    });
  };

  describe.skipIf(lack !== null).each(drivers)(
    `by %s${lack === null ? '' : ` (${lack})`}`,
    (by) => {
      it('is used with the right ones, its authority named', async () => {
        const right = ways.map((way) => trusted(to({}) + way));
        const said = await saidOf(by, right, certificates.authorityFile);
        expect(said).toEqual(right.map(() => 'ok'));
      });

      it('is told what does not fit in one sentence, which names the option', async () => {
        const { ports } = server;
        const wrong: Readonly<Record<string, string>> = {
          'refuses our login|secret is wrong': to({ password: otherPassword }),
          'for another host': to({ host: '127.0.0.1' }),
          'not valid today': to({ port: ports.expired }),
          'if it wants TLS|it wants TLS': to({ tls: false }),
          // A Postgres has one port for both.
          ...(name === 'Postgres'
            ? {}
            : { 'if it has no TLS|not speak TLS': to({ port: ports.plain }) }),
        };
        const urls = Object.values(wrong).map(trusted);
        const said = await saidOf(by, urls, certificates.authorityFile);
        Object.keys(wrong).forEach((what, at) => {
          expect(said[at]).toMatch(new RegExp(`(${what}).*\\.$`));
        });
        const [untrusted = ''] = await saidOf(by, [to({})], null);
        expect(untrusted).toMatch(
          /authority that we do not know.* (NODE_EXTRA_CA_CERTS|tlsCaFile=),/,
        );
        for (const sentence of [...said, untrusted]) {
          expect(sentence).toContain(option);
          expect(sentence).not.toContain(otherPassword);
          expect(sentence).not.toContain(server.password);
        }
      });
    },
  );
});

/** Of a process of its own: Node reads once, as it starts, whom it trusts. */
async function saidOf(
  driver: Driver,
  urls: readonly string[],
  authority: string | null,
): Promise<readonly string[]> {
  const program = join(import.meta.dirname, 'try.ts');
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
  const env = { ...environment, ...(authority && { NODE_EXTRA_CA_CERTS: authority }) };
  const { stdout } = await promisify(execFile)(process.execPath, [program, driver, ...urls], {
    env,
  });
  return JSON.parse(stdout);
}
