create table message (
  conversation_id uuid not null,
  number integer not null,
  author_id uuid,
  client_id uuid,
  sent_tag text, -- content tag of what was sent
  content_tag text, -- of the newest text
  form text not null default 'text',
  text text, -- as sent; null: erased, or deleted for everyone
  edited_text text, -- the newest edit; null: erased, deleted, or never edited
  deleted boolean not null default false,
  reply_to integer,
  sent_at timestamptz, -- the sender's claimed time where there is one, else the server's
  recorded_at timestamptz, -- the log's own time
  edited_at timestamptz,
  sent_position bigint not null default 0,
  sent_revision integer not null default 0,
  position bigint not null,
  primary key (conversation_id, number)
);
create index message_by_client_id on message (conversation_id, client_id);
create index message_by_time on message (conversation_id, sent_at);

create table version ( -- every edit
  conversation_id uuid not null,
  number integer not null,
  revision integer not null,
  text text,
  at timestamptz,
  position bigint not null,
  primary key (conversation_id, number, revision)
);

-- Deleting for everyone takes the texts away at once, in whatever order a batch is written. The
-- tables bear the schema that the trigger fired in: a rebuild swaps it.
create function forget_versions() returns trigger language plpgsql as $$
begin
  execute format('delete from %I.version where conversation_id = $1 and number = $2',
                 tg_table_schema) using new.conversation_id, new.number;
  return null;
end $$;
create trigger forget_versions after insert or update on message
  for each row when (new.deleted) execute function forget_versions();

create function keep_deleted() returns trigger language plpgsql as $$
declare gone boolean;
begin
  execute format('select deleted from %I.message where conversation_id = $1 and number = $2',
                 tg_table_schema) into gone using new.conversation_id, new.number;
  return case when gone then null else new end;
end $$;
create trigger keep_deleted before insert on version
  for each row execute function keep_deleted();

create table reaction (
  conversation_id uuid not null,
  number integer not null,
  emoji text not null,
  user_id uuid not null,
  position bigint not null,
  primary key (conversation_id, number, emoji, user_id)
);

create table hidden ( -- deleted for oneself
  user_id uuid not null,
  conversation_id uuid not null,
  number integer not null,
  position bigint not null,
  primary key (user_id, conversation_id, number)
);

create table event ( -- the feed for catching up
  conversation_id uuid not null,
  revision integer not null,
  type text not null default '',
  number integer, -- of the message it is about
  users uuid[] not null default '{}', -- who joined, left, changed role
  at timestamptz,
  position bigint not null, -- of the event itself
  primary key (conversation_id, revision)
);
create index event_by_position on event (conversation_id, position);
create index event_goings on event (conversation_id, position)
  where type in ('member-left', 'member-removed');
