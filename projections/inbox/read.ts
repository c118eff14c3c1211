import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { StoredRow } from './rows.ts';
import { lastSeenSql, rowColumns, seenUpToSql, toInboxRow, toView, unreadSql } from './rows.ts';
import type { InboxFilter, InboxRow, ParticipationView } from './view.ts';

/** Where an inbox goes on: behind this row. */
export type InboxCursor = {
  readonly pinned: boolean;
  readonly lastActivity: bigint;
  readonly conversationId: ConversationId;
};

export type InboxPage = {
  readonly viewer: UserId;
  readonly filter: InboxFilter;
  readonly first: number; // rows; the answer says whether there are more
  readonly after: InboxCursor | null;
};

/** With more groups than this their heads are walked from the newest instead of being joined. */
const groupsJoinedMax = 500;
/** A walk looks at no more heads than this before it gives way to the join. */
const headsWalkedMax = 5_000;
const positionMax = 9_223_372_036_854_775_807n;

const filterSql: Readonly<Record<InboxFilter, string>> = {
  active: 'not p.archived',
  archived: 'p.archived',
  unread: `(p.marked_unread or ${unreadSql} > 0)`,
  muted: 'p.muted_until > now()',
  all: 'true',
};

/**
 * Newest activity first, pinned on top. Two arms are merged: direct conversations come in order
 * from an index, groups and channels by their heads; see ops/docs/adr/0003-inbox.md.
 */
export async function inboxPage(
  tables: Statements,
  page: InboxPage,
): Promise<{ readonly rows: readonly InboxRow[]; readonly hasNext: boolean }> {
  const asked = page.first + 1;
  const joined = await tables.query<StoredRow>({
    name: `inbox-page-${page.filter}`,
    text: pageSql(page.filter),
    values: [page.viewer, ...cursorValues(page), asked, groupsJoinedMax],
  });
  const [first] = joined;
  const many = first && 'groups' in first && Number(first.groups) > groupsJoinedMax;
  const rows = joined.filter(({ conversation_id }) => conversation_id !== null);
  const merged = many ? await withManyGroups(tables, page, rows) : rows;
  const shown = [...merged].sort(newestFirst).slice(0, asked).map(toInboxRow);
  return { rows: shown.slice(0, page.first), hasNext: shown.length > page.first };
}

/** One probe for each of her rows, in their order: the planner may not turn it into a full join. */
const withHead = `inbox.participation p cross join lateral (
  select * from inbox.head one where one.conversation_id = p.conversation_id limit 1) as h`;

const behindDirect = `(p.pinned, p.direct_activity, p.conversation_id)
  < ($2::boolean, $3::bigint, $4::uuid)`;
const behindGroup =
  '(p.pinned, h.last_activity, p.conversation_id) < ($2::boolean, $3::bigint, $4::uuid)';

/** Both arms find places only; what is counted for a row is counted for those of the page. */
function pageSql(filter: InboxFilter): string {
  const directs = filter === 'unread' ? withHead : 'inbox.participation p';
  return `
    with groups as (
      select count(*) as groups from (
        select 1 from inbox.participation p
        where p.user_id = $1 and p.direct_activity is null and p.present limit $6::integer + 1
      ) as hers
    ), direct as (
      select p.conversation_id, p.pinned, p.direct_activity as activity from ${directs}
      where p.user_id = $1 and p.direct_activity is not null and p.present
        and ${behindDirect} and ${filterSql[filter]}
      order by p.pinned desc, p.direct_activity desc, p.conversation_id desc limit $5
    ), in_groups as (
      select p.conversation_id, p.pinned, h.last_activity as activity from ${withHead}
      where (select groups from groups) <= $6 and p.user_id = $1 and p.direct_activity is null
        and p.present and ${behindGroup} and ${filterSql[filter]}
      order by p.pinned desc, h.last_activity desc, p.conversation_id desc limit $5
    ), place as (
      select conversation_id from (select * from direct union all select * from in_groups) as arms
      order by pinned desc, activity desc, conversation_id desc limit $5
    )
    select groups.groups, page.* from groups left join (
      select ${rowColumns} from place
      cross join lateral (select * from inbox.participation hers where hers.user_id = $1
                          and hers.conversation_id = place.conversation_id limit 1) as p
      cross join lateral (select * from inbox.head one
                          where one.conversation_id = place.conversation_id limit 1) as h
    ) as page on true`;
}

/**
 * Somebody in very many groups: pinned ones first, then the platform's newest heads are probed for
 * her membership until the page is full; where that finds too little, her groups are joined after
 * all.
 */
async function withManyGroups(
  tables: Statements,
  page: InboxPage,
  directs: readonly StoredRow[],
): Promise<readonly StoredRow[]> {
  const asked = page.first + 1;
  const values = [page.viewer, ...cursorValues(page), asked];
  const pinned = await tables.query<StoredRow>({
    name: `inbox-pinned-${page.filter}`,
    text: groupsSql(page.filter, 'p.pinned'),
    values,
  });
  const walked = await tables.query<StoredRow>({
    name: `inbox-walk-${page.filter}`,
    text: `
      select ${rowColumns}
      from (select * from inbox.head
            where kind <> 'direct'
              and last_activity <= case when $2 then ${positionMax} else $3::bigint end
            order by last_activity desc
            limit ${headsWalkedMax}) as h
      cross join lateral (select * from inbox.participation one
                          where one.user_id = $1 and one.conversation_id = h.conversation_id
                          limit 1) as p
      where p.direct_activity is null and p.present and not p.pinned
        and ${behindGroup} and ${filterSql[page.filter]}
      order by h.last_activity desc, p.conversation_id desc limit $5`,
    values,
  });
  if (walked.length === asked) return [...directs, ...pinned, ...walked];
  const rest = await tables.query<StoredRow>({
    name: `inbox-groups-${page.filter}`,
    text: groupsSql(page.filter, 'not p.pinned'),
    values,
  });
  return [...directs, ...pinned, ...rest];
}

function groupsSql(filter: InboxFilter, which: string): string {
  return `
    select ${rowColumns} from ${withHead}
    where p.user_id = $1 and p.direct_activity is null and p.present and ${which}
      and ${behindGroup} and ${filterSql[filter]}
    order by h.last_activity desc, p.conversation_id desc limit $5`;
}

function cursorValues({ after }: InboxPage): readonly [boolean, bigint, string] {
  if (!after) return [true, positionMax, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  return [after.pinned, after.lastActivity, after.conversationId];
}

function newestFirst(a: StoredRow, b: StoredRow): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  if (a.last_activity !== b.last_activity) return a.last_activity > b.last_activity ? -1 : 1;
  return a.conversation_id > b.conversation_id ? -1 : 1;
}

/** Set-wise; also of conversations she has left. Where she never was it is missing. */
export async function participationsByKeys(
  tables: Statements,
  viewer: UserId,
  conversationIds: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, ParticipationView>> {
  if (conversationIds.length === 0) return new Map();
  const rows = await tables.query<StoredRow>({
    name: 'inbox-participations',
    text: `select ${rowColumns}
           from inbox.participation p join inbox.head h using (conversation_id)
           where p.user_id = $1 and p.conversation_id = any($2::uuid[])
             and (p.present or p.sees_up_to is not null)`,
    values: [viewer, conversationIds],
  });
  return new Map(rows.map((row) => [row.conversation_id, toView(row)]));
}

/** Unread messages over all her conversations that are neither archived nor muted. */
export async function unreadTotal(tables: Statements, viewer: UserId): Promise<number> {
  const [row] = await tables.query<{ unread: number }>({
    name: 'inbox-unread-total',
    text: `select coalesce(sum(${unreadSql}), 0)::integer as unread
           from inbox.participation p join inbox.head h using (conversation_id)
           where p.user_id = $1 and p.present and not p.archived
             and (p.muted_until is null or p.muted_until <= now())
             and (${lastSeenSql}) > ${seenUpToSql}`,
    values: [viewer],
  });
  return row?.unread ?? 0;
}

/** Set-wise, in the order asked: the numbers that make up `unread`, oldest first. */
export async function unreadNumbers(
  tables: Statements,
  viewer: UserId,
  asked: readonly { readonly conversationId: ConversationId; readonly first: number }[],
): Promise<readonly (readonly number[])[]> {
  const rows = await tables.query<{ place: bigint; number: number }>({
    name: 'inbox-unread-numbers',
    text: `select asked.place, unread.number
           from unnest($2::uuid[], $3::integer[]) with ordinality
             as asked (conversation_id, first, place)
           join inbox.participation p
              on p.user_id = $1 and p.conversation_id = asked.conversation_id
           join inbox.head h on h.conversation_id = p.conversation_id
           -- no further than the numbers asked for can lie, however many are unread
           cross join lateral (
             select n.number from generate_series(${seenUpToSql} + 1, least(
               (${lastSeenSql})::bigint, ${seenUpToSql}::bigint + asked.first + (
                 select count(*) from inbox.deleted_message d
                 where d.conversation_id = p.conversation_id and d.number > ${seenUpToSql})
             )::integer) as n (number)
             where not exists (select 1 from inbox.deleted_message d
                               where d.conversation_id = p.conversation_id and d.number = n.number)
             order by n.number limit asked.first) unread
           order by asked.place, unread.number`,
    values: [
      viewer,
      asked.map(({ conversationId }) => conversationId),
      asked.map(({ first }) => first),
    ],
  });
  const found = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return asked.map((_, at) => (found.get(at) ?? []).map(({ number }) => number));
}

/** Her own rows that changed in the span, oldest change first. */
export async function participationsChangedAfter(
  tables: Statements,
  span: {
    readonly viewer: UserId;
    readonly after: bigint;
    readonly upTo: bigint;
    readonly rowsMax: number;
  },
): Promise<readonly ParticipationView[]> {
  const rows = await tables.query<StoredRow>({
    name: 'inbox-participations-changed',
    text: `select ${rowColumns}
           from inbox.participation p join inbox.head h using (conversation_id)
           where p.user_id = $1 and p.position > $2 and p.position <= $3
           order by p.position limit $4`,
    values: [span.viewer, span.after, span.upTo, span.rowsMax],
  });
  return rows.map(toView);
}

/** Every conversation she is or was in, with what she may see of it; for live delivery. */
export async function windowsOf(
  tables: Statements,
  viewer: UserId,
): Promise<
  readonly {
    readonly conversationId: ConversationId;
    readonly seesFrom: number; // the first number she may see and has not cleared
    readonly seesUpTo: number | null; // of a former member
    readonly lastActivity: bigint;
  }[]
> {
  const rows = await tables.query<{
    conversation_id: ConversationId;
    sees_from: number;
    sees_up_to: number | null;
    last_activity: bigint;
  }>({
    name: 'inbox-windows',
    text: `select p.conversation_id, greatest(p.sees_from, p.cleared_up_to + 1) as sees_from,
                  case when p.present then null else coalesce(p.sees_up_to, 0) end as sees_up_to,
                  h.last_activity
           from inbox.participation p join inbox.head h using (conversation_id)
           where p.user_id = $1 and (p.present or p.sees_up_to is not null)`,
    values: [viewer],
  });
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    seesFrom: row.sees_from,
    seesUpTo: row.sees_up_to,
    lastActivity: row.last_activity,
  }));
}

/** For each of these people who is in the conversation: the first number she may see. */
export async function seesFromOf(
  tables: Statements,
  conversationId: ConversationId,
  userIds: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  const rows = await tables.query<{ user_id: UserId; sees_from: number }>({
    name: 'inbox-sees-from',
    text: `select p.user_id, greatest(p.sees_from, p.cleared_up_to + 1) as sees_from
           from inbox.participation p
           where p.conversation_id = $1 and p.user_id = any($2::uuid[]) and p.present`,
    values: [conversationId, userIds],
  });
  return new Map(rows.map(({ user_id, sees_from }) => [user_id, sees_from]));
}
