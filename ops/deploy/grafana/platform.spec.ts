import { describe, expect, it } from 'vitest';
import { metricEntries } from '../../observe/metrics/table.ts';
import { strangersIn } from '../prometheus/expressions.ts';
import { readYaml } from '../read-yaml.ts';
import { expressionsOf, readBoard } from './boards.ts';

const board = readBoard('platform.json');
const expressions = expressionsOf('platform.json');

describe('the board of the platform', () => {
  it.each(expressions)('$title asks for metrics that there are', async ({ expression }) => {
    expect(await strangersIn(expression)).toEqual([]);
  });

  it('shows every metric of the table, but for positions that others stand for', () => {
    const asked = expressions.map(({ expression }) => expression).join('\n');
    const unseen = metricEntries.map(([name]) => name).filter((name) => !asked.includes(name));
    expect(unseen).toEqual(['parley_read_models_position']);
  });

  it('says in each panel what it shows, and no two of them overlap', () => {
    const taken = new Set<string>();
    for (const { title, type, description, gridPos } of board.panels) {
      if (type !== 'row') expect(description, title).toMatch(/\.$/);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`), title).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it('asks the Prometheus that is provisioned', () => {
    const { datasources } = readYaml<{ datasources: { uid: string; type: string }[] }>(
      'ops/deploy/grafana/provisioning/datasources/prometheus.yaml',
    );
    const sources = board.panels.flatMap(({ targets = [] }) =>
      targets.map((one) => one.datasource),
    );
    for (const { uid } of sources) expect(datasources).toMatchObject([{ uid, type: 'prometheus' }]);
  });
});
