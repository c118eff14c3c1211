import type { UserId } from '../../domain/ids.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { UniqueViolation } from '../../ops/adapters/tables/port.ts';
import { dutiesMigrations } from './duties.ts';

/** Things of record that are no events: how people log in, and who bears which handle. */
export const accessMigrations = [
  {
    name: 'access-1',
    text: `
      create schema access;
      create table access.account (
        user_id uuid primary key,
        email text not null constraint email_taken unique, -- lower case
        password text not null, -- PHC string
        registered boolean not null default false, -- its event is in the log
        name text not null default '', -- until then, so that a crash in between heals
        created_at timestamptz not null default now()
      );
      create table access.handle (
        handle text constraint handle_taken primary key, -- lower case
        user_id uuid not null
      );
      create table access.signing_key (
        single boolean primary key check (single), kid uuid not null, wrapped bytea not null
      );`,
  },
  ...dutiesMigrations,
];

export type Account = {
  readonly user_id: UserId;
  readonly email: string;
  readonly password: string;
  readonly registered: boolean;
  readonly name: string;
};

export async function accountByEmail(tables: Tables, email: string): Promise<Account | null> {
  const [row] = await tables.query<Account>({
    name: 'access-by-email',
    text: `select user_id, email, password, registered, name from access.account where email = $1`,
    values: [email],
  });
  return row ?? null;
}

export async function emailOf(tables: Tables, userId: UserId): Promise<string> {
  const [row] = await tables.query<{ email: string }>({
    name: 'access-email-of',
    text: 'select email from access.account where user_id = $1',
    values: [userId],
  });
  return row?.email ?? '';
}

/** Address and handle in one step, so that neither is taken without the other. */
export async function reserve(
  tables: Tables,
  account: {
    readonly userId: UserId;
    readonly email: string;
    readonly password: string;
    readonly name: string;
    readonly handle: string | null;
  },
): Promise<'reserved' | 'email-taken' | 'handle-taken'> {
  const { userId, email, password, name, handle } = account;
  try {
    await tables.transaction(async (tx) => {
      await tx.execute({
        name: 'access-reserve',
        text: `insert into access.account (user_id, email, password, name)
               values ($1, $2, $3, $4)`,
        values: [userId, email, password, name],
      });
      if (handle !== null) await tx.execute(takeHandle(handle, userId));
    });
    return 'reserved';
  } catch (cause) {
    if (!(cause instanceof UniqueViolation)) throw cause;
    return cause.constraint === 'handle_taken' ? 'handle-taken' : 'email-taken';
  }
}

export async function noteRegistered(tables: Tables, userId: UserId): Promise<void> {
  await tables.execute({
    name: 'access-registered',
    text: `update access.account set registered = true, name = '' where user_id = $1`,
    values: [userId],
  });
}

export async function forgetReservation(tables: Tables, userId: UserId): Promise<void> {
  await tables.transaction(async (tx) => {
    await tx.execute({
      text: 'delete from access.handle where user_id = $1',
      values: [userId],
    });
    await tx.execute({
      text: 'delete from access.account where user_id = $1 and not registered',
      values: [userId],
    });
  });
}

export async function notePassword(tables: Tables, userId: UserId, phc: string): Promise<void> {
  await tables.execute({
    name: 'access-password',
    text: 'update access.account set password = $2 where user_id = $1',
    values: [userId, phc],
  });
}

/** Takes a handle beside the one she has; false when somebody else bears it. */
export async function tryHandle(tables: Tables, handle: string, userId: UserId): Promise<boolean> {
  await tables.execute({
    name: 'access-try-handle',
    text: 'insert into access.handle (handle, user_id) values ($1, $2) on conflict do nothing',
    values: [handle, userId],
  });
  const [row] = await tables.query<{ user_id: UserId }>({
    name: 'access-who-bears',
    text: 'select user_id from access.handle where handle = $1',
    values: [handle],
  });
  return row?.user_id === userId;
}

/** Keeps one handle of hers, or none. */
export async function keepHandle(
  tables: Tables,
  userId: UserId,
  handle: string | null,
): Promise<void> {
  await tables.execute({
    name: 'access-keep-handle',
    text: 'delete from access.handle where user_id = $1 and handle is distinct from $2',
    values: [userId, handle],
  });
}

export async function handleOf(tables: Tables, userId: UserId): Promise<string | null> {
  const [row] = await tables.query<{ handle: string }>({
    text: 'select handle from access.handle where user_id = $1 limit 1',
    values: [userId],
  });
  return row?.handle ?? null;
}

function takeHandle(handle: string, userId: UserId) {
  return {
    name: 'access-take-handle',
    text: 'insert into access.handle (handle, user_id) values ($1, $2)',
    values: [handle, userId],
  };
}
