import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../compose.ts';
import { freePort } from '../free-port.ts';
import { metricEntries } from '../observe/metrics/table.ts';
import type { Sample } from '../observe/metrics/testing.ts';
import { sampleOf, samplesOf } from '../observe/metrics/testing.ts';
import { openProcessTree } from './process-tree.ts';
import type { Answer, Caller } from './testing.ts';
import {
  ask,
  createGroup,
  eventually,
  openDevice,
  register,
  send,
  startPlatform,
} from './testing.ts';

const planted = 'Quetzalcoatl'; // in everything that people may write here

async function scrape(url: string | null): Promise<string> {
  const answer = await fetch(url ?? '');
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return answer.text();
}

describe('metrics of a platform on which people talk', () => {
  let platform: Platform;
  let ada: Caller;
  let bob: Caller;
  let text = '';
  let samples: readonly Sample[] = [];
  const value = (...of: [name: string, labels?: Readonly<Record<string, string>>]) =>
    sampleOf(samples, ...of);
  beforeAll(async () => {
    platform = await startPlatform({ PARLEY_METRICS_PORT: '0' });
    ada = await register(platform.url, `Ada ${planted}`);
    bob = await register(platform.url, `Bob ${planted}`);
    const device = openDevice(platform.url, bob, bob.cursor);
    const group = await createGroup(ada, [bob], planted);
    for (const n of [1, 2, 3]) await send(ada, group, `${planted} ${n}`);
    await eventually(() => expect(device.messages.size).toBe(3));
    await refusedEverywhere(group);
    await eventually(async () => {
      text = await scrape(platform.metricsUrl);
      samples = samplesOf(text);
      expect(value('parley_read_models_position')).toBe(value('parley_store_head_position'));
      expect(value('parley_consumer_lag_records', { group: 'courier', partition: '0' })).toBe(0);
      expect(value('parley_lease_held', { lease: 'relay' })).toBe(1);
    });
    await device.stop();
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  /** What people can get wrong, with a text of theirs in each place. */
  async function refusedEverywhere(group: string): Promise<void> {
    expect((await send(ada, group, '')).refusal.code).toBe('TEXT_EMPTY');
    const logIn = `mutation ${planted} {
      logIn(input: { email: "${planted}@example.org", password: "${planted}", device: "spec" }) {
        refusal { code } } }`;
    expect((await ask(platform.url, logIn)).logIn.refusal.code).toBe('WRONG_CREDENTIALS');
    await expect(ask(platform.url, `{ ${planted} }`)).rejects.toThrow('BAD_INPUT');
    await expect(ask(platform.url, `{ ${planted}`)).rejects.toThrow('BAD_INPUT');
    const anywhere = { method: 'POST', body: planted, headers: { 'content-type': planted } };
    await fetch(`${platform.url}/graphql?${planted}`, anywhere);
  }

  it('have their names and labels from the table, and nobody’s text or id in them', () => {
    const allowed = new Map<string, Readonly<Record<string, readonly string[]>>>(
      metricEntries.map(([name, { labels }]) => [name, labels]),
    );
    for (const { name, labels } of samples) {
      if (/^(process|nodejs)_/.test(name)) continue;
      const known = allowed.get(name.replace(/_(bucket|sum|count)$/, '')) ?? allowed.get(name);
      expect(known, name).toBeDefined();
      for (const [label, value] of Object.entries(labels)) {
        if (label === 'le') continue;
        expect([...(known?.[label] ?? []), 'other'], `${name} ${label}`).toContain(value);
      }
    }
    expect(text).not.toContain(planted);
    expect(text).not.toContain('example.org');
    for (const { id } of [ada, bob]) expect(text).not.toContain(id);
  });

  it('tell each metric that a process with everything has', () => {
    const told = new Set(samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
    const missing = metricEntries.map(([name]) => name).filter((name) => !told.has(name));
    expect(missing).toEqual(['parley_socket_closes_total']); // none has closed yet
    expect(told).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(told).toContain('process_resident_memory_bytes');
  });

  it('count commands by outcome, and refusals by code, once each', () => {
    const command = { command: 'send-message' };
    expect(value('parley_commands_total', { ...command, outcome: 'ok' })).toBe(3);
    expect(value('parley_commands_total', { ...command, outcome: 'refused' })).toBe(1);
    expect(value('parley_command_seconds_count', command)).toBe(4);
    expect(value('parley_refusals_total', { code: 'TEXT_EMPTY' })).toBe(1);
    expect(value('parley_refusals_total', { code: 'WRONG_CREDENTIALS' })).toBe(1);
  });

  it('count requests by kind and by the code of their first error', () => {
    const http = (kind: string, outcome: string) =>
      value('parley_graphql_requests_total', { transport: 'http', kind, outcome });
    expect(http('mutation', 'ok')).toBe(8); // two registrations, a group, four sends, a log-in
    // A field that is not there, half a document, another media type.
    expect(http('none', 'BAD_INPUT')).toBe(3);
  });

  it('count what goes to the disk and over sockets', () => {
    expect(value('parley_event_store_appends_total')).toBeGreaterThan(5);
    expect(value('parley_append_seconds_count', { outcome: 'appended' })).toBe(
      value('parley_event_store_appends_total'),
    );
    expect(value('parley_frames_sent_total', { kind: 'stored' })).toBeGreaterThanOrEqual(3);
    expect(value('parley_sockets')).toBe(1);
    expect(value('parley_catch_ups_total', { outcome: 'done' })).toBe(1);
    expect(value('parley_cache_calls_total', { call: 'publish', outcome: 'ok' })).toBeGreaterThan(
      0,
    );
  });

  it('tell where everything stands', async () => {
    const { checks }: Answer = await (await fetch(`${platform.url}/health/ready`)).json();
    expect(Object.keys(checks).length).toBeGreaterThanOrEqual(4);
    for (const machine of Object.keys(checks)) {
      expect(value('parley_machine_up', { machine }), machine).toBe(1);
    }
    for (const worker of ['relay', 'projector', 'courier']) {
      expect(value('parley_worker_running', { worker }), worker).toBe(1);
    }
    expect(value('parley_relay_age_seconds')).toBe(0);
    expect(value('parley_parked_keys', { projection: 'timeline' })).toBe(0);
    const free = value('parley_data_free_bytes') ?? 0;
    expect(free).toBeGreaterThan(0);
    expect(value('parley_data_size_bytes')).toBeGreaterThan(free);
    const failed = samples.filter(({ name }) => name === 'parley_scrape_part_failed');
    expect(failed.map((sample) => sample.value)).toEqual(failed.map(() => 0));
  });

  it('are told on a listener of their own, not on the API’s', async () => {
    expect((await fetch(`${platform.url}/metrics`)).status).toBe(404);
    expect(new URL(platform.metricsUrl ?? '').hostname).toBe('127.0.0.1');
    expect(platform.summary()).toContain(platform.metricsUrl);
  });
});

describe('a port for metrics that is taken', () => {
  it('is named with its option', async () => {
    await using other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startPlatform({ PARLEY_METRICS_PORT: String(port) })).rejects.toThrow(
      `Port ${port} is in use by another program: stop that one, or choose another with ` +
        'PARLEY_METRICS_PORT (0 picks a free one).',
    );
  });
});

describe('a process of workers alone', () => {
  it('tells metrics and health where it is asked to, and has no API', async () => {
    await using tree = openProcessTree();
    const port = await freePort();
    const environment = { PARLEY_METRICS_PORT: String(port) };
    await tree.program({ name: 'engines', script: ['ops/start.ts', '--engines-only'] });
    const script = ['workers/main.ts'];
    const workers = await tree.program({ name: 'workers', script, environment });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => {
      const samples = samplesOf(await scrape(`${url}/metrics`));
      expect(sampleOf(samples, 'parley_worker_running', { worker: 'relay' })).toBe(1);
      expect(sampleOf(samples, 'parley_sockets')).toBeUndefined();
      expect(sampleOf(samples, 'parley_machine_up', { machine: 'event log' })).toBe(1);
    });
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ready' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/graphql`)).status).toBe(404);
    expect(await workers.stop()).toBe(0);
  });
});
