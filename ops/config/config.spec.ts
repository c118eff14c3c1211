import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from './config.ts';
import { exampleFile, printSettings } from './print.ts';

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'parley-config-'));

function read(environment: NodeJS.ProcessEnv, folder = emptyFolder()) {
  const outcome = readSettings(environment, folder);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  return outcome.settings;
}

describe('the table of options', () => {
  it('needs nothing: every option has a default, and everything is embedded', () => {
    const { config } = read({});
    expect(config).toMatchObject({ port: 4000, host: '127.0.0.1', cache: { kind: 'embedded' } });
    expect(config.eventStore.kind).toBe('embedded');
    expect(config.tables.kind).toBe('embedded');
  });

  it('takes the environment before .env, and .env before the default', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, '.env'), 'PARLEY_PORT=4001\nPARLEY_HOST=::1\n');
    const { config, raw } = read({ PARLEY_PORT: '0' }, folder);
    expect([config.port, config.host]).toEqual([0, '::1']);
    expect([raw.PARLEY_PORT.source, raw.PARLEY_HOST.source, raw.PARLEY_DATA.source]).toEqual([
      'environment',
      '.env',
      'default',
    ]);
  });

  it('switches to the real machines by address alone', () => {
    const { config } = read({
      PARLEY_EVENT_STORE: 'esdb://127.0.0.1:2113?tls=false',
      DATABASE_URL: 'postgres://127.0.0.1/parley',
      PARLEY_CACHE: 'rediss://:secret@127.0.0.1:6379/1',
      PARLEY_EVENT_LOG: 'kafka://127.0.0.1:9092',
      PARLEY_OBJECTS: 's3://key:secret@127.0.0.1:9000/parley?region=garage',
      PARLEY_SEARCH: 'https://elastic:secret@127.0.0.1:9200',
      PARLEY_ANALYTICS: 'https://me:secret@127.0.0.1:8443/facts?reader=her:secret',
    });
    const { eventStore, tables, cache, eventLog, objects, search, analytics } = config;
    const machines = [eventStore, tables, cache, eventLog, objects, search, analytics];
    expect(machines.map(({ kind }) => kind)).toEqual([
      ...['eventstoredb', 'postgres', 'redis', 'kafka', 's3', 'elasticsearch', 'clickhouse'],
    ]);
  });

  it('trusts no proxy unless told, then addresses and networks of both kinds', () => {
    expect(read({}).config.trustedProxies).toEqual([]);
    const told = read({ PARLEY_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16,::1 ,fd00::/8' });
    expect(told.config.trustedProxies).toEqual(['10.0.0.1', '192.168.0.0/16', '::1', 'fd00::/8']);
  });

  it('records no traces unless told where they go, and then a hundredth of them', () => {
    expect(read({}).config.traces).toBeNull();
    const told = read({ PARLEY_TRACES: 'http://127.0.0.1:4318/' });
    expect(told.config.traces).toEqual({ url: 'http://127.0.0.1:4318', ratio: 0.01 });
  });

  it.each([
    ['PARLEY_PORT', '70000'],
    ['PARLEY_PORT', 'http'],
    ['PARLEY_EVENT_STORE', 'http://somewhere'],
    ['DATABASE_URL', 'mysql://somewhere'],
    ['PARLEY_CACHE', 'memcached://somewhere'],
    ['PARLEY_CACHE', 'redis://:p#w@somewhere'],
    ['PARLEY_OBJECTS', 'https://somewhere/bucket'],
    ['PARLEY_OBJECTS', 's3://somewhere/bucket'],
    ['PARLEY_OBJECTS', 's3://key:secret@somewhere'],
    ['PARLEY_OBJECTS', 's3://key:se/cret@somewhere/bucket'],
    ['PARLEY_ANALYTICS', 'on'],
    ['PARLEY_ANALYTICS', 'http://me:p#w@somewhere'],
    ['PARLEY_SEARCH', 'solr://somewhere'],
    ['PARLEY_SEARCH', 'http://me:p#w@somewhere'],
    ['PARLEY_WORKERS', 'relay,gardener'],
    ['PARLEY_LOG_LEVEL', 'loud'],
    ['PARLEY_TRUSTED_PROXIES', 'balancer'],
    ['PARLEY_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['PARLEY_TRUSTED_PROXIES', '10.0.0.1, fd00::/129'],
    ['PARLEY_TRACES', 'on'],
    ['PARLEY_TRACES', 'grpc://somewhere:4317'],
    ['PARLEY_TRACES', 'http://me:secret@somewhere:4318'],
    ['PARLEY_TRACES', 'http://'],
    ['PARLEY_TRACES_RATIO', '1.5'],
    ['PARLEY_TRACES_RATIO', 'half'],
    ['PARLEY_TYPO', '1'],
  ])('refuses %s=%s with a sentence that names it', (name, value) => {
    const outcome = readSettings({ [name]: value }, emptyFolder());
    expect(outcome).toMatchObject({ kind: 'refused', problems: [expect.stringContaining(name)] });
  });
});

describe('the printed configuration', () => {
  it('shows each value and its source, and hides secrets', () => {
    const printed = printSettings(read({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1/parley' }));
    expect(printed).not.toContain('hunter2');
    expect(printed).toMatch(/DATABASE_URL\s+\(hidden\)\s+from environment/);
    expect(printed).toMatch(/PARLEY_PORT\s+4000\s+from default/);
  });

  it('has an example file that is up to date (ops/config/write-example.ts writes it)', () => {
    const committed = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    expect(committed).toBe(exampleFile());
  });
});
