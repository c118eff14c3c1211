create table conversation (
  conversation_id uuid primary key,
  kind text not null default 'group',
  title text, -- null: erased
  about text,
  settings jsonb,
  direct_a uuid, -- of a direct conversation
  direct_b uuid,
  closed boolean not null default false,
  last_number integer not null default 0,
  revision integer not null default 0, -- of the event that changed it last
  position bigint not null
);
create index conversation_open_channels on conversation (conversation_id)
  where kind = 'channel' and not closed;

create table member (
  conversation_id uuid not null,
  user_id uuid not null,
  role text not null default 'member',
  listed boolean not null default false, -- in the conversation's own list of members
  subscribed boolean not null default false, -- to a channel
  -- a channel's owners and admins are in it by their role; else: left, removed, dismissed
  present boolean not null generated always as (listed or subscribed or role <> 'member') stored,
  joined_at_number integer not null default 0,
  sees_from integer not null default 1, -- the history rule of the moment she came
  sees_up_to integer, -- of a former member
  joined_position bigint not null default 0,
  delivered_up_to integer not null default 0,
  read_up_to integer not null default 0,
  own_last_number integer not null default 0, -- own messages count as read
  position bigint not null,
  primary key (conversation_id, user_id)
);
create index member_of on member (user_id, conversation_id) where present;
create index member_order on member (conversation_id, joined_position, user_id) where present;
create index member_moved on member (conversation_id, position);

create table pin (
  conversation_id uuid not null,
  number integer not null,
  position bigint not null, -- of the pinning
  primary key (conversation_id, number)
);
