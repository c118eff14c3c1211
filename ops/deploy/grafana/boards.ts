import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What specs look at in a board of Grafana. */
export type Panel = {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets?: readonly {
    readonly expr?: string; // of Prometheus
    readonly rawSql?: string; // of ClickHouse
    readonly datasource: Datasource;
  }[];
};

type Datasource = { readonly type: string; readonly uid: string };

export type Board = {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
};

/** A board, by the name of its file. */
export function readBoard(file: string): Board {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'boards', file), 'utf8'));
}

/** Every question that a board asks Prometheus. */
export function expressionsOf(
  file: string,
): readonly { readonly title: string; readonly expression: string }[] {
  return readBoard(file).panels.flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ expr }) => (expr ? [{ title, expression: expr }] : [])),
  );
}

/** A question to ClickHouse as the data source writes it out, for the span that a board shows. */
export function withoutMacros(sql: string, [from, to]: readonly [string, string]): string {
  return sql
    .replace(
      /\$__timeFilter\((\w+)\)/g,
      `$1 >= toDateTime('${from}') AND $1 <= toDateTime('${to}')`,
    )
    .replace(/\$__dateFilter\((\w+)\)/g, `$1 >= toDate('${from}') AND $1 <= toDate('${to}')`);
}
