import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import type { TableShape } from '../../projections/change.ts';
import type { Projection } from '../../projections/projection.ts';
import { liveTarget, nextTarget } from '../projector/target.ts';

/** One table, live and built anew. */
export type TableComparison = {
  readonly table: string;
  readonly equal: boolean;
  readonly liveRows: number;
  readonly nextRows: number;
  readonly differing: readonly string[]; // keys, at most `differingKeysMax`
};

export const differingKeysMax = 20;

/**
 * Compares every row of every table in one snapshot, which is taken before `onSnapshot` is called;
 * whatever is written afterwards does not count.
 */
export function compareTables(
  tables: Tables,
  projection: Projection,
  onSnapshot: () => void,
): Promise<readonly TableComparison[]> {
  return tables.transaction(async (tx) => {
    await tx.execute({ text: 'set transaction isolation level repeatable read', values: [] });
    await tx.query({ text: 'select 1 as one', values: [] });
    onSnapshot();
    const compared: TableComparison[] = [];
    for (const [table, shape] of Object.entries(projection.tables)) {
      compared.push(await compareTable(tx, projection, { table, shape }));
    }
    return compared;
  });
}

type Shaped = { readonly table: string; readonly shape: TableShape };

async function compareTable(
  tx: Statements,
  projection: Projection,
  { table, shape }: Shaped,
): Promise<TableComparison> {
  const live = `${liveTarget(projection).schema}.${table}`;
  const next = `${nextTarget(projection).schema}.${table}`;
  const [one, other] = [await summary(tx, live, shape), await summary(tx, next, shape)];
  const equal = one.rows === other.rows && one.digest === other.digest;
  return {
    table,
    equal,
    liveRows: Number(one.rows),
    nextRows: Number(other.rows),
    differing: equal ? [] : await differingKeys(tx, { live, next, shape }),
  };
}

/**
 * Digests of rows combined by exclusive or: no order, no memory, and no two rows are alike in their
 * keys.
 */
async function summary(tx: Statements, name: string, shape: TableShape) {
  const [row] = await tx.query<{ readonly rows: bigint; readonly digest: string | null }>({
    text: `
      select count(*) as rows, bit_xor(('x' || md5(${rowText(shape)}))::bit(128))::text as digest
      from ${name}`,
    values: [],
  });
  return row ?? { rows: 0n, digest: null };
}

type Both = { readonly live: string; readonly next: string; readonly shape: TableShape };

async function differingKeys(tx: Statements, { live, next, shape }: Both) {
  const digests = (name: string) =>
    `select concat_ws(' ', ${shape.key.join(', ')}) as key, md5(${rowText(shape)}) as digest
     from ${name}`;
  const rows = await tx.query<{ readonly key: string }>({
    text: `
      select key from (${digests(live)}) as one full join (${digests(next)}) as other using (key)
      where one.digest is distinct from other.digest order by key limit ${differingKeysMax}`,
    values: [],
  });
  return rows.map(({ key }) => key);
}

function rowText(shape: TableShape): string {
  return `row(${[...Object.keys(shape.columns), 'position'].join(', ')})::text`;
}
