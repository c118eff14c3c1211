import type { Figure } from './figures.ts';
import type { Table } from './table.ts';
import type { TableName } from './tables.ts';
import { tables } from './tables.ts';

/** Where the facts of one building lie: its tables bear this at the end of their names. */
export type Generation = string;

/** The table of a generation; who reads asks the view, which has the name alone. */
export function tableOf(name: TableName, generation: Generation): string {
  return `${name}_${generation}`;
}

/** Makes the tables of a generation where they are missing. */
export function tableStatements(generation: Generation): readonly string[] {
  return entries().map(([name, table]) => createTable(tableOf(name, generation), table));
}

export function dropStatements(generation: Generation): readonly string[] {
  return entries().map(([name]) => `DROP TABLE IF EXISTS ${tableOf(name, generation)}`);
}

/** Lets readers see this generation: a view for each table, then the figures over them. */
export function viewStatements(
  generation: Generation,
  figures: readonly Figure[],
): readonly string[] {
  return [
    ...entries().map(([name, table]) => baseView(name, table, generation)),
    ...figures.map(figureView),
  ];
}

function entries(): readonly (readonly [TableName, Table])[] {
  return Object.entries(tables) as unknown as readonly (readonly [TableName, Table])[];
}

function createTable(name: string, table: Table): string {
  const columns = Object.entries(table.columns).map(
    ([column, { stored, says }]) => `${column} ${stored} COMMENT ${quoted(says)}`,
  );
  const engine = table.fold === 'merged' ? 'AggregatingMergeTree' : 'ReplacingMergeTree';
  const parted = table.byYearOf ? `PARTITION BY toYear(${table.byYearOf})` : '';
  const grains = table.soughtByKey ? ', index_granularity = 256' : '';
  return `CREATE TABLE IF NOT EXISTS ${name} (${columns.join(', ')})
    ENGINE = ${engine} ${parted} ORDER BY (${(table.order ?? table.key).join(', ')})
    SETTINGS non_replicated_deduplication_window = 10000${grains}
    COMMENT ${quoted(commentOf(table))}`;
}

function baseView(name: TableName, table: Table, generation: Generation): string {
  const columns = Object.entries(table.columns);
  const read = columns.map(([column, made]) => {
    const expression = made.read.replace('{}', `t.${column}`);
    return `${expression} AS ${column}`;
  });
  return view(name, {
    columns: columns.map(([column, { shown, says }]) => [column, shown, says]),
    says: commentOf(table),
    sql: `SELECT ${read.join(', ')} FROM ${tableOf(name, generation)} AS t FINAL`,
  });
}

function figureView(figure: Figure): string {
  const columns = Object.entries(figure.columns);
  return view(figure.name, {
    columns: columns.map(([column, [type, says]]) => [column, type, says]),
    says: `Figure ${figure.number}, version ${figure.version}. ${figure.says}`,
    sql: figure.sql,
  });
}

type View = {
  readonly columns: readonly (readonly [name: string, type: string, says: string])[];
  readonly says: string;
  readonly sql: string;
};

function view(name: string, { columns, says, sql }: View): string {
  const typed = columns.map(
    ([column, type, about]) => `${column} ${type} COMMENT ${quoted(about)}`,
  );
  return `CREATE OR REPLACE VIEW ${name} (${typed.join(', ')}) AS ${sql} COMMENT ${quoted(says)}`;
}

function commentOf({ says, grain }: Table): string {
  return `${says} One row for each ${grain}.`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
