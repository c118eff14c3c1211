create table thing (
  owner uuid not null,
  number integer not null,
  label text not null default 'none',
  amount bigint,
  flag boolean not null default false,
  at timestamptz,
  facts jsonb,
  people uuid[],
  position bigint not null,
  primary key (owner, number)
);
