create table line (
  conversation_id uuid not null,
  number integer not null,
  author text,
  text text check (text is distinct from 'poison in the tables'),
  edits bigint,
  deleted boolean not null default false,
  position bigint not null,
  primary key (conversation_id, number)
);
create table head (
  conversation_id uuid primary key,
  last_number integer not null,
  last_at timestamptz not null,
  position bigint not null
);
