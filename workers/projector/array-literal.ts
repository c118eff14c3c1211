import type { Cell, ColumnType } from '../../projections/change.ts';

/**
 * One column of many rows as the text of a Postgres array, which `unnest` takes apart again.
 * Written here so that it does not depend on how a driver writes arrays, and costs little for plain
 * types.
 */
export function arrayLiteral(type: ColumnType, cells: readonly (Cell | undefined)[]): string {
  return `{${cells.map(elementOf[type] ?? quotedElement).join(',')}}`;
}

type Element = (cell: Cell | undefined) => string;

/** Types whose text hardly ever needs a quote. */
const elementOf: Partial<Readonly<Record<ColumnType, Element>>> = {
  uuid: plainElement,
  integer: plainElement,
  bigint: plainElement,
  boolean: plainElement,
  jsonb: jsonElement,
};

function plainElement(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return 'NULL';
  return typeof cell === 'string' ? quoted(cell) : String(cell);
}

function quotedElement(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return 'NULL';
  if (cell instanceof Date) return quoted(cell.toISOString());
  if (Array.isArray(cell)) return quoted(`{${cell.map(quoted).join(',')}}`);
  return quoted(String(cell));
}

/** A string is JSON text already. */
function jsonElement(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return 'NULL';
  return quoted(typeof cell === 'string' ? cell : JSON.stringify(cell));
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
