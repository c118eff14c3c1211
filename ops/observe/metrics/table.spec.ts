import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { options } from '../../config/environment.ts';
import { openMeter, textOf } from './meter.ts';
import { metricsPage } from './page.ts';
import { boundedLabels, metricEntries, metrics } from './table.ts';

describe('the naming table', () => {
  it.each(metricEntries)('%s is named, explained and bounded', (name, metric) => {
    const { type, help, unit, labels, buckets } = metric;
    expect(name).toMatch(/^parley(_[a-z]+)+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    // A base unit ends the name, before what a counter ends in.
    const base = /_(seconds|bytes)(_total)?$/.exec(name)?.[1];
    expect(base).toBe(unit === 'seconds' || unit === 'bytes' ? unit : undefined);
    for (const values of Object.values(labels)) {
      expect(values.length).toBeGreaterThan(0);
      expect(new Set(values).size).toBe(values.length);
    }
    const series = Object.values(labels).reduce((product, { length }) => product * length, 1);
    expect(series * ((buckets?.length ?? 0) + 1)).toBeLessThanOrEqual(600);
    expect([...(buckets ?? [])].sort((a, b) => a - b)).toEqual(buckets ?? []);
    expect((buckets ?? []).length > 0).toBe(type === 'histogram');
  });

  it('knows every worker that a process can run', () => {
    const workers = options.PARLEY_WORKERS.fallback.split(',');
    expect(metrics.parley_worker_running.labels.worker).toEqual(workers);
  });

  it('is the page that people read (ops/observe/metrics/write-page.ts writes it)', () => {
    const committed = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    expect(committed).toBe(metricsPage());
  });
});

describe('a label', () => {
  const text = 'see you at eight, ada@example.org';

  it('holds what its list has, and `other` for everything else', () => {
    expect(boundedLabels('parley_commands_total', { command: 'leave', outcome: text })).toEqual({
      ...{ command: 'leave', outcome: 'other' },
    });
    expect(boundedLabels('parley_sockets', { who: text })).toEqual({});
  });

  it('brings nobody’s text out, whatever is told or read', async () => {
    const meter = openMeter();
    meter.count('parley_graphql_requests_total', { transport: text, kind: text, outcome: text });
    meter.observe('parley_command_seconds', 0.1, { command: text });
    const read = await textOf([
      { name: 'parley_parked_keys', value: 2, labels: { projection: text } },
      { name: 'parley_parked_keys', value: 3, labels: { projection: `${text}!` } },
    ]);
    const all = `${await meter.text()}${read}`;
    expect(all).not.toContain(text);
    expect(all).toContain('parley_parked_keys{projection="other"} 5');
    expect(all).toContain('kind="other",outcome="other"} 1');
  });
});

describe('what was read', () => {
  it('is told in Prometheus’ format, with its help and type', async () => {
    const text = await textOf([
      { name: 'parley_sockets', value: 3 },
      { name: 'parley_frames_sent_total', value: 7, labels: { kind: 'stored' } },
    ]);
    expect(text).toContain('# HELP parley_sockets Sockets that are open.\n');
    expect(text).toContain('# TYPE parley_sockets gauge\nparley_sockets 3\n');
    expect(text).toContain('# TYPE parley_frames_sent_total counter\n');
    expect(text).toContain('parley_frames_sent_total{kind="stored"} 7\n');
  });

  it('holds nothing of what was read before', async () => {
    await textOf([{ name: 'parley_relay_position', value: 9 }]);
    expect(await textOf([])).not.toContain('parley_relay_position');
  });
});
