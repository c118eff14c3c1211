import { createHash } from 'node:crypto';
import { PlainError } from '../../plain-error.ts';
import type { Tables } from './port.ts';

/** One step of the tables of record; never edited once it was released. */
export type Migration = { readonly name: string; readonly text: string };

const lockNumber = 727_274; // of the advisory lock, any number that nobody else uses

/**
 * Applies what is missing, in order, one process at a time; refuses when an applied one was edited.
 */
export async function migrate(tables: Tables, migrations: readonly Migration[]): Promise<void> {
  await tables.transaction(async (tx) => {
    await tx.execute({ text: `select pg_advisory_xact_lock(${lockNumber})`, values: [] });
    await tx.execute({
      text: `create table if not exists public.migration (
        name text primary key, checksum text not null, applied_at timestamptz not null default now()
      )`,
      values: [],
    });
    const rows = await tx.query<{ name: string; checksum: string }>({
      text: 'select name, checksum from public.migration',
      values: [],
    });
    const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
    for (const { name, text } of migrations) {
      const checksum = createHash('sha256').update(text).digest('hex');
      const known = applied.get(name);
      if (known !== undefined && known !== checksum) throw edited(name);
      if (known !== undefined) continue;
      await tx.execute({ text, values: [] });
      await tx.execute({
        text: 'insert into public.migration (name, checksum) values ($1, $2)',
        values: [name, checksum],
      });
    }
  });
}

function edited(name: string): PlainError {
  return new PlainError(
    `The migration ${name} was changed after it had been applied to this database: ` +
      'restore its text and write a new migration instead.',
  );
}
