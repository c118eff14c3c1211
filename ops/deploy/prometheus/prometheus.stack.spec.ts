import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../compose.ts';
import type { Answer } from '../../journeys/testing.ts';
import {
  createGroup,
  eventually,
  openDevice,
  register,
  send,
  startPlatform,
} from '../../journeys/testing.ts';
import { prometheusWith, promtool } from '../../stack/prometheus.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { expressionsOf } from '../grafana/boards.ts';
import { readYaml } from '../read-yaml.ts';

const here = import.meta.dirname;
const lack = lackOf(prometheusWith(''));
if (lack !== null) console.log(`skipped, no Prometheus: ${lack}`);

describe.skipIf(lack !== null)('promtool', () => {
  const tool = (...args: readonly string[]) => {
    const { program, environment } = promtool.found();
    const env = { ...process.env, ...environment };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: here, env });
    return { status, said: `${stdout}${stderr}` };
  };
  beforeAll(() => promtool.fetch(() => undefined));

  it('finds the rules and the configuration as they should be', () => {
    expect(tool('check', 'rules', 'alerts.yaml')).toMatchObject({ status: 0 });
    expect(tool('check', 'config', 'prometheus.yaml')).toMatchObject({ status: 0 });
  });

  it('sees alerts fire when they must, and not before', () => {
    const { status, said } = tool('test', 'rules', 'alerts.test.yaml');
    expect(status, said).toBe(0);
  });
});

describe.skipIf(lack !== null)('a Prometheus that watches a platform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-prometheus-'));
  let platform: Platform;
  let server: TestServer;
  const ask = async (path: string): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1/${path}`);
    return answer.json();
  };
  const query = (expression: string) => ask(`query?query=${encodeURIComponent(expression)}`);

  beforeAll(async () => {
    platform = await startPlatform({ PARLEY_METRICS_PORT: '0' });
    const [ada, bob] = [await register(platform.url, 'Ada'), await register(platform.url, 'Bob')];
    const device = openDevice(platform.url, bob, bob.cursor);
    const group = await createGroup(ada, [bob]);
    for (const text of ['one', '', 'two']) await send(ada, group, text);
    await eventually(() => expect(device.messages.size).toBe(2));
    const target = new URL(platform.metricsUrl ?? '').host;
    cpSync(join(here, 'alerts.yaml'), join(folder, 'alerts.yaml'));
    writeFileSync(join(folder, 'targets.yaml'), `- targets: ['${target}']\n`);
    const configuration = readFileSync(join(here, 'prometheus.yaml'), 'utf8')
      .replaceAll(': 15s', ': 1s')
      .replace(': 10s', ': 1s');
    writeFileSync(join(folder, 'prometheus.yaml'), configuration);
    server = await openTestServer(prometheusWith(join(folder, 'prometheus.yaml')));
    // Rates need a change between two looks.
    await eventually(async () => {
      await send(ada, group, 'again');
      await send(ada, group, '');
      const { data } = await query('rate(parley_refusals_total{code="TEXT_EMPTY"}[10s])');
      expect(Number(data.result[0]?.value[1])).toBeGreaterThan(0);
    }, 30_000);
    await device.stop();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes every line of the page, and finds the process up', async () => {
    const { data } = await ask('targets');
    expect(data.activeTargets).toMatchObject([{ health: 'up', lastError: '' }]);
  });

  it('has loaded every alert, and has none to tell of a platform that is well', async () => {
    const { data } = await ask('rules');
    const rules: readonly Answer[] = data.groups.flatMap((group: Answer) => group.rules);
    const written = readYaml<{ groups: { rules: unknown[] }[] }>(
      'ops/deploy/prometheus/alerts.yaml',
    );
    expect(rules.length).toBe(written.groups.flatMap((group) => group.rules).length);
    await eventually(async () => {
      const { data } = await ask('rules');
      const all: readonly Answer[] = data.groups.flatMap((group: Answer) => group.rules);
      expect(all.filter(({ health }) => health !== 'ok').map(({ name }) => name)).toEqual([]);
      expect(all.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([]);
    });
  });

  it('answers every question of the board, nearly all of them with something', async () => {
    const silent = async (): Promise<readonly string[]> => {
      const titles: string[] = [];
      for (const { title, expression } of expressionsOf('platform.json')) {
        const asked = await query(expression.replaceAll('$__rate_interval', '1m'));
        expect([title, asked.status, asked.error]).toEqual([title, 'success', undefined]);
        if (asked.data.result.length === 0) titles.push(title);
      }
      return titles;
    };
    // It shows those that did not end well: none here.
    await eventually(async () => expect(await silent()).toEqual(['Calls of machines']));
  });
});
