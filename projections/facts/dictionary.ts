import { factsVersion } from './facts.ts';
import type { Figure } from './figures.ts';
import { figures } from './figures.ts';
import type { Table } from './table.ts';
import { tables } from './tables.ts';

/** The page for analysts, from the same words that the engine keeps as comments. */
export function dictionaryText(): string {
  return [
    '# The dictionary of analytics',
    '',
    `Facts of version ${factsVersion}, written by \`node ops/docs/write-analytics.ts\` from`,
    '`projections/facts/`; the same words stand in `system.columns`. Every name below is a view in',
    'the database of analytics. It shows folded rows: nothing counts twice, whatever was read',
    'twice. Where they come from and what they do not hold: [ADR 19](adr/0019-facts.md).',
    '',
    '## Figures',
    '',
    ...figures.flatMap(figureSection),
    '## Facts, dimensions and rollups',
    '',
    ...Object.entries(tables).flatMap(([name, table]) => tableSection(name, table)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function figureSection(figure: Figure): readonly string[] {
  const columns = Object.entries(figure.columns).map(([name, [type, says]]) => [name, type, says]);
  return [
    `### ${figure.number}. \`${figure.name}\`, version ${figure.version}`,
    '',
    `One row for each ${figure.grain}. ${figure.says}`,
    '',
    ...columnTable(columns),
  ];
}

function tableSection(name: string, table: Table): readonly string[] {
  const columns = Object.entries(table.columns).map(([column, { shown, says }]) => [
    ...[column, shown, says],
  ]);
  return [
    `### \`${name}\``,
    '',
    `${table.says} One row for each ${table.grain}; key: ${table.key.join(', ')}.`,
    '',
    ...columnTable(columns),
  ];
}

function columnTable(columns: readonly (readonly string[])[]): readonly string[] {
  const rows = columns.map(([name, type, says]) => `| \`${name}\` | ${type} | ${says} |`);
  return ['| column | type | meaning |', '| --- | --- | --- |', ...rows, ''];
}
