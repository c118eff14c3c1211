import { describe, expect, it } from 'vitest';
import { readSettings } from './config/config.ts';
import { summaryOf } from './summary.ts';

function summary(environment: NodeJS.ProcessEnv, url = 'http://127.0.0.1:4000', served = '') {
  const outcome = readSettings({ PARLEY_DATA: '/data', ...environment }, '/');
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  const { config } = outcome.settings;
  const metricsUrl = config.metrics && `http://127.0.0.1:${config.metrics.port}/metrics`;
  return summaryOf({ config, url, metricsUrl, startedAt: new Date(), served: served || null });
}

const secrets = {
  PARLEY_ANALYTICS: 'http://me:hunter2@127.0.0.1:8123/parley',
  PARLEY_EVENT_STORE: 'esdb://me:hunter2@127.0.0.1:2113',
  DATABASE_URL: 'postgres://me:hunter2@127.0.0.1/parley',
};

describe('what a start prints', () => {
  it.each([
    ['on embedded engines', summary({})],
    ['with everything served', summary({}, undefined, 'esdb://127.0.0.1:2113?tls=false')],
    ['without the explorer', summary({ PARLEY_EXPLORER: 'off' })],
    ['on machines of your own', summary(secrets)],
    ['without an API', summary({}, '')],
    ['with metrics', summary({ PARLEY_METRICS_PORT: '9464' })],
  ])('has at most 15 lines %s', (_how, text) => {
    expect(text.split('\n').length).toBeLessThanOrEqual(15);
    expect(text).toContain('Parley is ready after');
    expect(text).toContain('Ctrl-C stops it.');
  });

  it('says where it listens, what it opened and where the data lies', () => {
    const text = summary({ PARLEY_WORKERS: 'relay,courier' });
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:4000\/ +status/);
    expect(text).toMatch(/event store +embedded\n/);
    expect(text).toMatch(/read models +embedded Postgres\n/);
    expect(text).toMatch(/workers +relay, courier\n/);
    expect(text).toMatch(/analytics +embedded ClickHouse engine\n/);
    expect(text).toMatch(/data +\/data\n/);
    expect(summary({ PARLEY_WORKERS: '' })).toMatch(/workers +none in this process\n/);
  });

  it('says where the log is served, and names no address that holds a password', () => {
    expect(summary({}, undefined, 'esdb://127.0.0.1:2113')).toContain('served on esdb://127.0.0.1');
    expect(summary(secrets)).not.toContain('hunter2');
  });
});
