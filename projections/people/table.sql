create table person (
  user_id uuid primary key,
  kind text not null default 'person',
  name text, -- null: erased
  handle text,
  about text,
  fields jsonb not null default '[]',
  preferences jsonb,
  imported boolean not null default false,
  position bigint not null
);
create index person_by_handle on person (handle) where handle is not null;
