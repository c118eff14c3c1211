import type {
  ConversationKind,
  ConversationSettings,
  Role,
} from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { ConversationView, MemberView } from './view.ts';

type ConversationRow = {
  readonly conversation_id: ConversationId;
  readonly kind: ConversationKind;
  readonly title: string | null;
  readonly about: string | null;
  readonly settings: ConversationSettings;
  readonly closed: boolean;
  readonly pins: readonly number[] | null;
  readonly direct_a: UserId | null;
  readonly direct_b: UserId | null;
  readonly last_number: number;
  readonly position: bigint;
  readonly revision: number;
};

const conversationColumns = `
  c.conversation_id, c.kind, c.title, c.about, c.settings, c.closed, c.direct_a, c.direct_b,
  c.last_number, c.position, c.revision,
  (select array_agg(p.number order by p.position) from conversation_details.pin p
   where p.conversation_id = c.conversation_id) as pins`;

/** Set-wise; what does not exist is missing. */
export async function conversationsByIds(
  tables: Statements,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, ConversationView>> {
  if (ids.length === 0) return new Map();
  const rows = await tables.query<ConversationRow>({
    name: 'details-conversations',
    text: `select ${conversationColumns} from conversation_details.conversation c
           where c.conversation_id = any($1::uuid[]) and c.settings is not null`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.conversation_id, toConversation(row)]));
}

/** How many are in each; of a channel with its subscribers. Counted for those who ask only. */
export async function memberCounts(
  tables: Statements,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, number>> {
  const rows = await tables.query<{ conversation_id: ConversationId; members: number }>({
    name: 'details-member-counts',
    text: `select m.conversation_id, count(*)::integer as members
           from conversation_details.member m
           where m.conversation_id = any($1::uuid[]) and m.present group by m.conversation_id`,
    values: [ids],
  });
  return new Map(rows.map(({ conversation_id, members }) => [conversation_id, members]));
}

/** Public channels in order of their ids, whose title holds the words. */
export async function publicChannelsPage(
  tables: Statements,
  page: {
    readonly query: string | null;
    readonly first: number;
    readonly after: ConversationId | null;
  },
): Promise<readonly ConversationView[]> {
  const rows = await tables.query<ConversationRow>({
    name: 'details-channels',
    text: `select ${conversationColumns} from conversation_details.conversation c
           where c.kind = 'channel' and not c.closed and c.settings ->> 'joining' = 'open'
             and ($1::text is null or strpos(lower(c.title), lower($1)) > 0)
             and ($2::uuid is null or c.conversation_id > $2)
           order by c.conversation_id limit $3`,
    values: [page.query, page.after, page.first],
  });
  return rows.map(toConversation);
}

type MemberRow = {
  readonly conversation_id: ConversationId;
  readonly user_id: UserId;
  readonly role: Role;
  readonly joined_at_number: number;
  readonly sees_from: number;
  readonly sees_up_to: number | null;
  readonly joined_position: bigint;
  readonly delivered_up_to: number;
  readonly read_up_to: number;
  readonly own_last_number: number;
  readonly position: bigint;
};

const memberColumns = `m.conversation_id, m.user_id, m.role, m.joined_at_number, m.sees_from,
  case when m.present then null else m.sees_up_to end as sees_up_to,
  m.joined_position, m.delivered_up_to, m.read_up_to, m.own_last_number, m.position`;

/** Where a page of members goes on: behind this one. */
export type MemberCursor = { readonly joinedPosition: bigint; readonly userId: UserId };

/** Of a conversation its present members; or of a message those of them who have read it. */
export type MembersPage = {
  readonly conversationId: ConversationId;
  readonly role: Role | null;
  /** Only who has read this number, without its author. */
  readonly readersOf: { readonly number: number; readonly author: UserId } | null;
  readonly first: number;
  readonly after: MemberCursor | null;
};
export type MembersPageRow = { readonly member: MemberView; readonly cursor: MemberCursor };

/** Set-wise, in the order asked: of each page its rows, longest-standing first. */
export async function membersPages(
  tables: Statements,
  pages: readonly MembersPage[],
): Promise<readonly (readonly MembersPageRow[])[]> {
  const rows = await tables.query<MemberRow & { readonly place: bigint }>({
    name: 'details-members',
    text: `select asked.place, m.* from unnest($1::uuid[], $2::text[], $3::integer[], $4::uuid[],
             $5::bigint[], $6::uuid[], $7::integer[]) with ordinality
             as asked (conversation_id, role, number, author, after, after_user, first, place)
           cross join lateral (
             select ${memberColumns} from conversation_details.member m
             where m.conversation_id = asked.conversation_id and m.present
               and (asked.role is null or m.role = asked.role)
               and (asked.number is null or m.user_id <> asked.author
                    and greatest(m.read_up_to, m.own_last_number) >= asked.number)
               and (m.joined_position, m.user_id) > (asked.after, asked.after_user)
             order by m.joined_position, m.user_id limit asked.first) m
           order by asked.place, m.joined_position, m.user_id`,
    values: [
      pages.map(({ conversationId }) => conversationId),
      pages.map(({ role }) => role),
      pages.map(({ readersOf }) => readersOf?.number ?? null),
      pages.map(({ readersOf }) => readersOf?.author ?? null),
      pages.map(({ after }) => after?.joinedPosition ?? -1n),
      pages.map(({ after }) => after?.userId ?? lowestId),
      pages.map(({ first }) => first),
    ],
  });
  const found = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return pages.map((_, at) =>
    (found.get(at) ?? []).map((row) => ({ member: toMember(row), cursor: cursorOf(row) })),
  );
}

/**
 * For each message how many present members other than its author have it delivered, in order
 * asked.
 */
export async function deliveredCounts(
  tables: Statements,
  messages: readonly {
    readonly conversationId: ConversationId;
    readonly number: number;
    readonly author: UserId;
  }[],
): Promise<readonly number[]> {
  const rows = await tables.query<{ delivered: number }>({
    name: 'details-delivered',
    text: `select (select count(*)::integer from conversation_details.member m
                   where m.conversation_id = asked.conversation_id and m.present
                     and m.user_id <> asked.author
                     and greatest(m.delivered_up_to, m.read_up_to, m.own_last_number)
                         >= asked.number) as delivered
           from unnest($1::uuid[], $2::integer[], $3::uuid[])
             with ordinality as asked (conversation_id, number, author, place)
           order by asked.place`,
    values: [
      messages.map(({ conversationId }) => conversationId),
      messages.map(({ number }) => number),
      messages.map(({ author }) => author),
    ],
  });
  return rows.map(({ delivered }) => delivered);
}

/** Set-wise, former members too; by `<conversation>_<user>`. */
export async function membersByKeys(
  tables: Statements,
  keys: readonly { readonly conversationId: ConversationId; readonly userId: UserId }[],
): Promise<ReadonlyMap<string, MemberView>> {
  if (keys.length === 0) return new Map();
  const rows = await tables.query<MemberRow>({
    name: 'details-members-by-keys',
    text: `select ${memberColumns} from conversation_details.member m
           join unnest($1::uuid[], $2::uuid[]) as asked (conversation_id, user_id)
             using (conversation_id, user_id)`,
    values: [keys.map(({ conversationId }) => conversationId), keys.map(({ userId }) => userId)],
  });
  return new Map(rows.map((row) => [`${row.conversation_id}_${row.user_id}`, toMember(row)]));
}

/** The conversations a person is in now, in no order. */
export async function conversationIdsOf(
  tables: Statements,
  userId: UserId,
  rowsMax: number,
): Promise<readonly ConversationId[]> {
  const rows = await tables.query<{ conversation_id: ConversationId }>({
    name: 'details-conversations-of',
    text: `select m.conversation_id from conversation_details.member m
           where m.user_id = $1 and m.present limit $2`,
    values: [userId, rowsMax],
  });
  return rows.map(({ conversation_id }) => conversation_id);
}

/** Present members of these conversations; for whom a changed profile may matter. */
export async function companionIds(
  tables: Statements,
  ids: readonly ConversationId[],
  rowsMax: number,
): Promise<readonly UserId[]> {
  const rows = await tables.query<{ user_id: UserId }>({
    name: 'details-companions',
    text: `select distinct m.user_id from conversation_details.member m
           where m.conversation_id = any($1::uuid[]) and m.present limit $2`,
    values: [ids, rowsMax],
  });
  return rows.map(({ user_id }) => user_id);
}

/** Members whose marks or standing changed in the span, each once as they are now. */
export async function membersChangedAfter(
  tables: Statements,
  span: {
    readonly conversationIds: readonly ConversationId[];
    readonly after: bigint;
    readonly upTo: bigint;
    readonly rowsMax: number;
  },
): Promise<readonly MemberView[]> {
  const rows = await tables.query<MemberRow>({
    name: 'details-members-changed',
    text: `select ${memberColumns} from conversation_details.member m
           where m.conversation_id = any($1::uuid[]) and m.position > $2 and m.position <= $3
             and m.present
           order by m.position, m.user_id limit $4`,
    values: [span.conversationIds, span.after, span.upTo, span.rowsMax],
  });
  return rows.map(toMember);
}

const lowestId = '00000000-0000-0000-0000-000000000000';

function cursorOf({ joined_position, user_id }: MemberRow): MemberCursor {
  return { joinedPosition: joined_position, userId: user_id };
}

function toConversation(row: ConversationRow): ConversationView {
  const { direct_a, direct_b } = row;
  return {
    conversationId: row.conversation_id,
    kind: row.kind,
    title: row.title,
    about: row.about,
    settings: row.settings,
    closed: row.closed,
    pins: row.pins ?? [],
    directPair: direct_a && direct_b ? [direct_a, direct_b] : null,
    lastNumber: row.last_number,
    position: row.position,
    revision: row.revision,
  };
}

function toMember(row: MemberRow): MemberView {
  const readUpTo = Math.max(row.read_up_to, row.own_last_number);
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    role: row.role,
    joinedAtNumber: row.joined_at_number,
    visibleFrom: row.sees_from,
    visibleUpTo: row.sees_up_to,
    deliveredUpTo: Math.max(row.delivered_up_to, readUpTo),
    readUpTo,
    position: row.position,
  };
}
