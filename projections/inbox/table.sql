create table head (
  conversation_id uuid primary key,
  kind text not null default 'group',
  last_number integer not null default 0,
  last_activity bigint not null default 0, -- position of the newest message, or of the start
  position bigint not null
);
create index head_newest_groups on head (last_activity desc) where kind <> 'direct';

create table participation (
  user_id uuid not null,
  conversation_id uuid not null,
  direct_activity bigint, -- of a direct conversation its last_activity: written for both people
  role text not null default 'member',
  listed boolean not null default false, -- in the conversation's own list of members
  subscribed boolean not null default false, -- to a channel
  -- a channel's owners and admins are in it by their role; else: left, removed, dismissed
  present boolean not null generated always as (listed or subscribed or role <> 'member') stored,
  joined_at_number integer not null default 0,
  sees_from integer not null default 1,
  sees_up_to integer,
  delivered_up_to integer not null default 0,
  read_up_to integer not null default 0,
  own_last_number integer not null default 0, -- sending moves the sender's own mark
  cleared_up_to integer not null default 0,
  marked_unread boolean not null default false,
  muted_until timestamptz, -- infinity: for good
  archived boolean not null default false,
  pinned boolean not null default false,
  position bigint not null,
  primary key (user_id, conversation_id)
);
create index participation_directs
  on participation (user_id, pinned, direct_activity, conversation_id)
  where direct_activity is not null and present;
create index participation_groups on participation (user_id, conversation_id)
  where direct_activity is null and present;
create index participation_pinned_groups on participation (user_id, conversation_id)
  where pinned and direct_activity is null and present;
create index participation_moved on participation (user_id, position);

create table deleted_message (
  conversation_id uuid not null,
  number integer not null,
  position bigint not null,
  primary key (conversation_id, number)
);
