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
