import type { Statement, Statements } from '../../ops/adapters/tables/port.ts';

/** Passes statements on and counts what Postgres touched for them: exact, with no clock. */
export type Counting = Statements & {
  /** Since the last call: rows that scans gave or threw away, and statements. */
  taken(): { readonly rows: number; readonly statements: number };
};

type PlanNode = {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
};

export function counting(tables: Statements): Counting {
  let rows = 0;
  let statements = 0;
  return {
    query: async <Row extends object>(statement: Statement) => {
      const { text, values } = statement;
      const [plan] = await tables.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>({
        text: `explain (analyze, format json) ${text}`,
        values,
      });
      if (plan) rows += touched(plan['QUERY PLAN'][0].Plan);
      statements += 1;
      return tables.query<Row>(statement);
    },
    execute: (statement) => tables.execute(statement),
    taken: () => {
      const counted = { rows, statements };
      rows = 0;
      statements = 0;
      return counted;
    },
  };
}

function touched(node: PlanNode): number {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  const given = /Scan$/.test(node['Node Type']) ? node['Actual Rows'] : 0;
  const below = (node.Plans ?? []).reduce((sum, child) => sum + touched(child), 0);
  return Math.ceil((given + removed) * node['Actual Loops']) + below;
}
