import { openMeter } from '../../observe/metrics/meter.ts';
import type { Metric } from '../../observe/metrics/table.ts';
import { metricEntries } from '../../observe/metrics/table.ts';

/** Metrics that others bring: Prometheus itself, and a blackbox exporter where there is one. */
const ofOthers = ['up', 'probe_ssl_earliest_cert_expiry'];

const own = new Map<string, Metric>(metricEntries);
const ofNode = openMeter()
  .text()
  .then((text) => new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '')));

/** What is wrong with the names and labels in an expression of PromQL; empty for nothing. */
export async function strangersIn(expression: string): Promise<readonly string[]> {
  const known = await ofNode;
  const selectors = [...expression.matchAll(/\b([a-z]+(?:_[a-z0-9]+)+|up)\b(?:\{([^}]*)\})?/g)];
  return selectors.flatMap(([, name = '', matchers = '']) => {
    if (functions.has(name) || ofOthers.includes(name)) return [];
    const plain = name.replace(/_(bucket|sum|count)$/, '');
    const metric = own.get(name) ?? (own.get(plain)?.type === 'histogram' ? own.get(plain) : null);
    if (metric) return strangeLabels(metric, matchers).map((what) => `${name}: ${what}`);
    return known.has(name) ? [] : [`there is no metric ${name}`];
  });
}

/** Labels that Prometheus adds to every sample, and that of a histogram's bounds. */
const added = ['job', 'instance', 'le'];
/** Names of PromQL that look like metrics. */
const functions = new Set([
  ...['histogram_quantile', 'predict_linear', 'avg_over_time', 'max_over_time', 'label_replace'],
]);

function strangeLabels({ labels }: Metric, matchers: string): readonly string[] {
  return [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].flatMap(
    ([, label = '', , text = '']) => {
      if (added.includes(label) || text.startsWith('$')) return [];
      const values = labels[label];
      if (!values) return [`there is no label ${label}`];
      const named = text.split('|').filter((value) => ![...values, 'other'].includes(value));
      return named.map((value) => `${label} is never ${value}`);
    },
  );
}
