import type { Metric } from './table.ts';
import { metricEntries } from './table.ts';

/** The text of ops/docs/metrics.md. */
export function metricsPage(): string {
  return `${[
    '# Metrics',
    '',
    'Written by `node ops/observe/metrics/write-page.ts` from `ops/observe/metrics/table.ts`.',
    '',
    introduction,
    '',
    '| name | type | unit | labels | what it says | read |',
    '| --- | --- | --- | --- | --- | --- |',
    ...metricEntries.map(([name, metric]) => row(name, metric)),
    '',
    '## Values of labels',
    '',
    '| label | values |',
    '| --- | --- |',
    ...labelRows(),
  ].join('\n')}\n`;
}

const introduction = `
\`PARLEY_METRICS_PORT\` opens \`/metrics\`, \`/health/live\` and \`/health/ready\` in any process,
the API, the workers or both, on \`PARLEY_METRICS_HOST\` (loopback unless told). Nobody is asked
there who they are. Without it nothing is wrapped and nothing timed ([ADR 0021][adr]).

- \`asked\` is read when somebody scrapes; \`told\` is measured as it happens. Counters begin at
  zero with the process.
- What a machine that is away cannot tell is left out, and \`parley_scrape_part_failed\` names it.
- Positions, ages, lag, read models and leases are the platform’s, and each process tells all of
  them: take \`max by (…)\`, never a sum.
- Each label has a list of values; whatever else comes counts as \`other\`. None is a text or an id
  of anybody.
- Node’s own metrics stand beside these under their customary names (\`process_…\`, \`nodejs_…\`),
  as ready-made boards want them.

[adr]: adr/0021-watching.md
`.trim();

function row(name: string, { type, unit, labels, help, from }: Metric): string {
  const named = Object.keys(labels).map((label) => `\`${label}\``);
  const cells = [`\`${name}\``, type, unit, named.join(', '), help, from];
  return `| ${cells.join(' | ')} |`;
}

/** One row for a label, or one for each list of values where metrics differ. */
function labelRows(): readonly string[] {
  const lists = metricEntries.flatMap(([name, { labels }]) =>
    Object.entries(labels).map(([label, values]) => ({ name, label, values: values.join('|') })),
  );
  const rows = lists.map(({ label, values }) => {
    const sharing = lists.filter((one) => one.label === label);
    const same = sharing.filter((one) => one.values === values);
    const names = same.map(({ name }) => `\`${name}\``).join(', ');
    const whose = same.length < sharing.length ? ` of ${names}` : '';
    const each = values.split('|').map((value) => `\`${value}\``);
    return `| \`${label}\`${whose} | ${each.join(' ')} |`;
  });
  return [...new Set(rows)];
}
