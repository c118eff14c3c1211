/**
 * Tables of record of the workers: leases, checkpoints and what is parked. Never dropped by a
 * rebuild. Applied once and in order by the composition; an applied text is never edited.
 */
export const workersMigrations: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'workers-0001-leases',
    text: `
      create schema if not exists workers;
      create table workers.lease (
        name text primary key,
        holder text not null,
        epoch bigint not null,
        expires_at timestamptz not null
      );`,
  },
  {
    name: 'workers-0002-projector',
    text: `
      create schema if not exists projector;
      create table projector.projection (
        name text primary key,
        version integer not null
      );
      create table projector.checkpoint (
        projection text not null,
        partition integer not null,
        next_offset bigint not null,
        position bigint not null,
        generation integer not null default 0, -- grows when a rebuild takes the place of the rows
        primary key (projection, partition)
      );
      create table projector.parked_key (
        projection text not null,
        key text not null,
        reason text not null,
        parked_at timestamptz not null default clock_timestamp(),
        retries integer not null default 0,
        primary key (projection, key)
      );
      create table projector.parked (
        projection text not null,
        key text not null,
        position bigint not null,
        value text not null,
        reason text,
        primary key (projection, key, position)
      );
      create table projector.dropped (
        projection text not null,
        key text not null,
        position bigint not null,
        value text not null,
        parked_for text not null,
        dropped_because text not null,
        dropped_at timestamptz not null default clock_timestamp(),
        primary key (projection, key, position)
      );`,
  },
];
