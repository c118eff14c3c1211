import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { OptionName } from '../config/environment.ts';
import { options } from '../config/environment.ts';
import { readYaml } from '../deploy/read-yaml.ts';

type Service = {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
  };
};
const { services, volumes, ...rest } = readYaml<{
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}>('ops/stack/compose.yaml');
const named = Object.entries(services);
const environment = parseEnv(
  readFileSync(join(import.meta.dirname, 'containers.env'), 'utf8').replaceAll(
    `\${STACK_PASSWORD}`,
    'secret',
  ),
);

/** Of the compose specification, as far as it is used here. */
const keys = [
  ...['image', 'command', 'environment', 'ports', 'volumes', 'depends_on', 'healthcheck'],
  ...['restart', 'ulimits', 'extra_hosts'],
];

describe('the servers for those who have containers', () => {
  it('are those that the platform grows onto, with what watches them', () => {
    expect(Object.keys(services).toSorted()).toEqual([
      ...['analytics', 'cache', 'event-store', 'grafana', 'kafka', 'objects', 'prometheus'],
      ...['search', 'tables'],
    ]);
    expect(Object.keys(rest)).toEqual(['name']);
  });

  it.each(named)('%s is pinned, kept, looked after and on loopback', (_name, service) => {
    expect(Object.keys(service).filter((key) => !keys.includes(key))).toEqual([]);
    expect(service.image).toMatch(/^[a-z.]+\/[a-z/-]+:v?\d+\.\d+(\.\d+)*(-[a-z]+)?$/);
    const { test, interval, timeout, retries } = service.healthcheck;
    expect(['CMD', 'CMD-SHELL']).toContain(test[0]);
    expect(test.length).toBeGreaterThan(1);
    expect([interval, timeout].every((time) => /^\d+s$/.test(time))).toBe(true);
    expect(retries).toBeGreaterThan(0);
    expect(service.ports.length).toBeGreaterThan(0);
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    const kept = service.volumes.map((volume) => volume.split(':'));
    expect(kept.some(([from = '']) => from in volumes)).toBe(true);
    for (const [from = '', , mode] of kept) {
      if (from in volumes) continue;
      expect(existsSync(join(import.meta.dirname, from)), from).toBe(true);
      expect(mode, 'a folder of ours is only read').toBe('ro');
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect([other in services, condition]).toEqual([true, 'service_healthy']);
    }
  });

  it('have each volume once, and no password of their own', () => {
    const used = named.flatMap(([, service]) => service.volumes.map((one) => one.split(':')[0]));
    const kept = used.filter((from) => from !== undefined && from in volumes);
    expect(kept.toSorted()).toEqual(Object.keys(volumes).toSorted());
    for (const [, { environment: given = {} }] of named) {
      for (const [name, value] of Object.entries(given)) {
        if (/PASSWORD|SECRET|AUTH/.test(name)) expect(value, name).toBe(`\${STACK_PASSWORD:?}`);
      }
    }
  });

  it('are named by options that the platform knows and takes', () => {
    for (const [name, value] of Object.entries(environment)) {
      expect(options, name).toHaveProperty(name);
      expect(options[name as OptionName].type.safeParse(value).success, name).toBe(true);
    }
  });

  it('leave no engine embedded, and are asked where they listen', () => {
    const engines = Object.entries(options).filter(([, { fallback }]) => fallback === 'embedded');
    const ports = named.flatMap(([, service]) => service.ports.map((port) => port.split(':')[1]));
    for (const [name] of engines) {
      const port = /:(\d+)/.exec((environment[name] ?? '').replace(/.*@/, '@'))?.[1];
      expect(ports, `${name} names a server of compose.yaml`).toContain(port);
    }
  });
});
