import type { UserId } from '../../domain/ids.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';

/** What somebody may do beside what everybody may; given by who runs the platform. */
export type Duty = 'analyst';

/** Every duty there is. */
export const duties: readonly Duty[] = ['analyst'];

/** Duties are no events: who runs the platform gives and takes them, and nobody else reads them. */
export const dutiesMigrations = [
  {
    name: 'access-2-duties',
    text: `
      create table access.duty (
        user_id uuid not null,
        duty text not null,
        granted_at timestamptz not null default now(),
        primary key (user_id, duty)
      );`,
  },
];

export async function hasDuty(tables: Tables, userId: UserId, duty: Duty): Promise<boolean> {
  const rows = await tables.query({
    name: 'access-has-duty',
    text: 'select 1 as yes from access.duty where user_id = $1 and duty = $2',
    values: [userId, duty],
  });
  return rows.length > 0;
}

/** The person with a handle, or with an e-mail address; null when there is none. */
export async function personNamed(tables: Tables, name: string): Promise<UserId | null> {
  const [row] = await tables.query<{ user_id: UserId }>({
    text: `select user_id from access.handle where handle = $1
           union all select user_id from access.account where email = $1 and registered limit 1`,
    values: [name.replace(/^@/, '').toLowerCase()],
  });
  return row?.user_id ?? null;
}

export async function grantDuty(tables: Tables, userId: UserId, duty: Duty): Promise<void> {
  await tables.execute({
    text: 'insert into access.duty (user_id, duty) values ($1, $2) on conflict do nothing',
    values: [userId, duty],
  });
}

/** False when she did not have it. */
export async function revokeDuty(tables: Tables, userId: UserId, duty: Duty): Promise<boolean> {
  const rows = await tables.execute({
    text: 'delete from access.duty where user_id = $1 and duty = $2',
    values: [userId, duty],
  });
  return rows === 1;
}

/** Who has which, by handle where she has one, otherwise by address. */
export async function listDuties(
  tables: Tables,
): Promise<readonly { readonly duty: Duty; readonly name: string; readonly granted_at: Date }[]> {
  return tables.query({
    text: `select d.duty, coalesce(min(h.handle), min(a.email), d.user_id::text) as name,
                  min(d.granted_at) as granted_at
           from access.duty d
           left join access.handle h on h.user_id = d.user_id
           left join access.account a on a.user_id = d.user_id
           group by d.duty, d.user_id order by 1, 2`,
    values: [],
  });
}
