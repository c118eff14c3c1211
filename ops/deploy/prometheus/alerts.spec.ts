import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLimits } from '../../../commands/limits.ts';
import { readYaml } from '../read-yaml.ts';
import { strangersIn } from './expressions.ts';

const root = join(import.meta.dirname, '../../..');
const runbooks = join(root, 'ops/docs/runbooks');

type Alert = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<'summary' | 'reason' | 'runbook', string>>;
};
const { groups } = readYaml<{
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}>('ops/deploy/prometheus/alerts.yaml');
const alerts = groups.flatMap(({ rules }) => rules);

describe('an alert', () => {
  it.each(alerts.map((one) => [one.alert, one] as const))('%s can be acted on', async (...of) => {
    const [name, { expr, labels, annotations }] = of;
    expect(await strangersIn(expr)).toEqual([]);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations.summary).toMatch(/\.$/);
    expect(annotations.reason, 'its threshold has a reason').toMatch(/^[A-Z].{20,}\.$/);
    expect(annotations.runbook).toBe(`ops/docs/runbooks/${pageOf(name)}`);
    const page = readFileSync(join(root, annotations.runbook), 'utf8');
    expect([...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title)).toEqual([
      ...[name, 'What it means for people', 'How to see it', 'What to do'],
      'When to wake somebody',
    ]);
    for (const [, said = ''] of page.matchAll(/`([^`]*parley_[^`]*)`/g)) {
      expect(await strangersIn(said), said).toEqual([]);
    }
    for (const [, linked = ''] of page.matchAll(/\]\(([^)#]+)\)/g)) {
      expect(existsSync(join(runbooks, linked)), linked).toBe(true);
    }
  });

  it('is one of its name, stands in the list of pages, and no page is without one', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const list = readFileSync(join(runbooks, 'README.md'), 'utf8');
    const rows = alerts.map(
      ({ alert, labels }) => `| [${alert}](${pageOf(alert)}) | ${labels.severity} |`,
    );
    expect([...list.matchAll(/^\| \[.*$/gm)].map(([row]) => row)).toEqual(rows);
    const pages = readdirSync(runbooks).filter((file) => file !== 'README.md');
    expect(pages.toSorted()).toEqual(names.map(pageOf).toSorted());
  });

  it('of waiting commands fires at half of what is taken, as its reason says', () => {
    const { expr, annotations } = alerts.find(({ alert }) => alert === 'ParleyMailboxesFull') ?? {};
    expect(expr).toContain(`> ${commandLimits.queuedMax / 2}`);
    expect(annotations?.reason).toContain(commandLimits.queuedMax.toLocaleString('en'));
  });
});

describe('an expression', () => {
  it.each([
    ['rate(parley_comands_total[5m]) > 0', 'there is no metric parley_comands_total'],
    ['parley_sockets_bucket', 'there is no metric parley_sockets_bucket'],
    ['parley_sockets{kind="x"}', 'parley_sockets: there is no label kind'],
    ['parley_lease_held{lease="relais"}', 'parley_lease_held: lease is never relais'],
    ['nodejs_eventloop_lag_p98_seconds > 1', 'there is no metric nodejs_eventloop_lag_p98_seconds'],
  ])('%s is found to name what is not there', async (expression, wrong) => {
    expect(await strangersIn(expression)).toEqual([wrong]);
  });
});

/** ParleyNoLeader has no-leader.md. */
function pageOf(alert: string): string {
  const words = alert.replace(/^Parley/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-');
  return `${words.toLowerCase()}.md`;
}
