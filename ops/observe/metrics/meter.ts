import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metric, MetricName } from './table.ts';
import { boundedLabels, metricEntries, metrics } from './table.ts';

/** A metric of the table with a value, as it was read. */
export type Reading = {
  readonly name: MetricName;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>> | undefined;
};

/** Where those who measure tell what happened. */
export type Meter = {
  count(name: MetricName, labels: Readonly<Record<string, string>>, by?: number): void;
  observe(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  /** All of it in Prometheus' text format, with Node's own under their customary names. */
  text(): Promise<string>;
};

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** A registry of its own: several platforms may run in one process. */
export function openMeter(): Meter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<MetricName, Counter>();
  const histograms = new Map<MetricName, Histogram>();
  for (const [name, metric] of metricEntries) {
    if (metric.from !== 'told') continue;
    const { help, type, buckets = [] } = metric;
    const described = { name, help, labelNames: Object.keys(metric.labels), registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(described));
    else histograms.set(name, new Histogram({ ...described, buckets: [...buckets] }));
  }
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(boundedLabels(name, labels), by),
    observe: (name, value, labels = {}) =>
      histograms.get(name)?.observe(boundedLabels(name, labels), value),
    text: () => registry.metrics(),
  };
}

/** Made anew for each scrape: what could not be read now is left out rather than told as it was. */
export function textOf(readings: readonly Reading[]): Promise<string> {
  const registry = new Registry();
  const made = new Map<MetricName, Counter | Gauge>();
  for (const { name, value, labels = {} } of readings) {
    const known = made.get(name) ?? instrument(name, registry);
    made.set(name, known);
    known.inc(boundedLabels(name, labels), value);
  }
  return registry.metrics();
}

function instrument(name: MetricName, registry: Registry): Counter | Gauge {
  const { help, labels, type }: Metric = metrics[name];
  const described = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  return type === 'counter' ? new Counter(described) : new Gauge(described);
}
