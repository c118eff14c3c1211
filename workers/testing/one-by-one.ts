import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { Change, ColumnType, TableShape } from '../../projections/change.ts';

/**
 * Changes as they read: one after the other, one row each, without a guard. What set-wise must
 * equal.
 */
export async function executeOneByOne(
  tx: Statements,
  { table, shape }: { readonly table: string; readonly shape: TableShape },
  events: readonly { readonly position: bigint; readonly changes: readonly Change[] }[],
): Promise<void> {
  for (const { position, changes } of events) {
    for (const change of changes) {
      const set = change.op === 'delete' ? {} : change.set;
      const cells = Object.entries({ ...change.key, ...set, position });
      const types: Readonly<Record<string, ColumnType>> = { ...shape.columns, position: 'bigint' };
      const bound = new Map(cells.map(([name], at) => [name, `$${at + 1}::${types[name]}`]));
      const same = shape.key.map((name) => `${name} = ${bound.get(name)}`).join(' and ');
      const assigned = [...bound]
        .filter(([name]) => !shape.key.includes(name))
        .map(([name, value]) => `${name} = ${value}`)
        .join(', ');
      const insert = `insert into ${table} (${[...bound.keys()].join(', ')})
        values (${[...bound.values()].join(', ')})
        on conflict (${shape.key.join(', ')}) do update set ${assigned}`;
      const values = cells.map(([, cell]) => (typeof cell === 'bigint' ? String(cell) : cell));
      if (change.op === 'upsert') await tx.execute({ text: insert, values });
      else if (change.op === 'update') {
        await tx.execute({ text: `update ${table} set ${assigned} where ${same}`, values });
      } else {
        await tx.execute({
          text: `delete from ${table} where ${same} and ${bound.get('position')} >= 0`,
          values,
        });
      }
    }
  }
}
