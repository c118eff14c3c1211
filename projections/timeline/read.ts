import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import { pagesTowards } from './pages.ts';
import type { MessageRow } from './rows.ts';
import { messageColumns, toMessage } from './rows.ts';
import type {
  ConversationEventView,
  MessageVersionView,
  MessageView,
  ReactionView,
} from './view.ts';

export type MessageKey = { readonly conversationId: ConversationId; readonly number: number };

/** `<conversation>#<number>` */
export function messageKeyText({ conversationId, number }: MessageKey): string {
  return `${conversationId}#${number}`;
}

export type MessagesPage = {
  readonly conversationId: ConversationId;
  readonly viewer: UserId;
  /** The numbers she may see; upTo null: to the end. */
  readonly window: { readonly from: number; readonly upTo: number | null };
  readonly direction: 'forwards' | 'backwards';
  readonly start: number | null; // exclusive; null: from the end that the direction begins at
  readonly count: number;
};

/**
 * A page in the direction asked, without what the viewer hid; the cost is that of the page at any
 * depth.
 */
export async function messagesPage(
  tables: Statements,
  page: MessagesPage,
): Promise<readonly MessageView[]> {
  const [rows = []] = await messagesPages(tables, page.viewer, [page]);
  return rows;
}

/** Several pages of one viewer, in the order asked: one statement for each direction. */
export async function messagesPages(
  tables: Statements,
  viewer: UserId,
  pages: readonly Omit<MessagesPage, 'viewer'>[],
): Promise<readonly (readonly MessageView[])[]> {
  const places = [...pages.keys()];
  const found = new Map<number, readonly MessageView[]>();
  const byDirection = Map.groupBy(places, (place) => pages[place]?.direction ?? 'forwards');
  await Promise.all(
    [...byDirection].map(async ([direction, of]) => {
      const asked = of.flatMap((place) => pages[place] ?? []);
      const rows = await pagesTowards(tables, viewer, { direction, pages: asked });
      for (const [at, views] of rows) found.set(of[at] ?? 0, views);
    }),
  );
  return places.map((place) => found.get(place) ?? []);
}

/** Set-wise, by `messageKeyText`; hidden ones and those that never were are missing. */
export async function messagesByNumbers(
  tables: Statements,
  viewer: UserId,
  keys: readonly MessageKey[],
): Promise<ReadonlyMap<string, MessageView>> {
  if (keys.length === 0) return new Map();
  const rows = await tables.query<MessageRow>({
    name: 'timeline-by-numbers',
    text: `
      select ${messageColumns} from timeline.message m
      join (select distinct * from unnest($2::uuid[], $3::integer[]))
        as asked (conversation_id, number)
        using (conversation_id, number)
      where not exists (select 1 from timeline.hidden x where x.user_id = $1
                        and x.conversation_id = m.conversation_id and x.number = m.number)`,
    values: [viewer, keys.map((key) => key.conversationId), keys.map((key) => key.number)],
  });
  const views = rows.map(toMessage);
  return new Map(views.map((view) => [messageKeyText(view), view]));
}

/** Which of these messages each of these people hid from herself; who hid none is missing. */
export async function hiddenNumbers(
  tables: Statements,
  users: readonly UserId[],
  { conversationId, numbers }: { conversationId: ConversationId; numbers: readonly number[] },
): Promise<ReadonlyMap<UserId, ReadonlySet<number>>> {
  const rows = await tables.query<{ user_id: UserId; numbers: readonly number[] }>({
    name: 'timeline-hidden-numbers',
    text: `select x.user_id, array_agg(x.number) as numbers from timeline.hidden x
           where x.user_id = any($1::uuid[]) and x.conversation_id = $2
             and x.number = any($3::integer[])
           group by x.user_id`,
    values: [users, conversationId, numbers],
  });
  return new Map(rows.map(({ user_id, numbers: found }) => [user_id, new Set(found)]));
}

/** In the order asked: the first number sent at or after a time; null when there is none. */
export async function numbersAt(
  tables: Statements,
  asked: readonly { readonly conversationId: ConversationId; readonly atMs: number }[],
): Promise<readonly (number | null)[]> {
  const rows = await tables.query<{ number: number | null }>({
    name: 'timeline-numbers-at',
    text: `select (select m.number from timeline.message m
                   where m.conversation_id = asked.conversation_id and m.sent_at >= asked.at
                   order by m.sent_at, m.number limit 1) as number
           from unnest($1::uuid[], $2::timestamptz[]) with ordinality
             as asked (conversation_id, at, place)
           order by asked.place`,
    values: [
      asked.map(({ conversationId }) => conversationId),
      asked.map(({ atMs }) => new Date(atMs)),
    ],
  });
  return rows.map(({ number }) => number);
}

/**
 * The texts before the present one, oldest first; of a deleted message none. By `messageKeyText`.
 */
export async function messageVersions(
  tables: Statements,
  keys: readonly MessageKey[],
): Promise<ReadonlyMap<string, readonly MessageVersionView[]>> {
  if (keys.length === 0) return new Map();
  const rows = await tables.query<VersionRow>({
    name: 'timeline-versions',
    text: `
      select m.conversation_id, m.number, m.text as sent_text, m.sent_at, v.text, v.at
      from timeline.message m
      join (select distinct * from unnest($1::uuid[], $2::integer[]))
        as asked (conversation_id, number)
        using (conversation_id, number)
      join timeline.version v using (conversation_id, number)
      where not m.deleted
      order by m.conversation_id, m.number, v.revision`,
    values: [keys.map((key) => key.conversationId), keys.map((key) => key.number)],
  });
  const versions = new Map<string, MessageVersionView[]>();
  for (const { conversation_id: conversationId, number, sent_text, sent_at, text, at } of rows) {
    const key = messageKeyText({ conversationId, number });
    const known = versions.get(key) ?? [{ number, text: sent_text, atMs: sent_at.getTime() }];
    known.push({ number, text, atMs: at.getTime() });
    versions.set(key, known);
  }
  // The last edit is the present text, not history.
  return new Map([...versions].map(([key, all]) => [key, all.slice(0, -1)]));
}

type VersionRow = {
  readonly conversation_id: ConversationId;
  readonly number: number;
  readonly sent_text: string | null;
  readonly sent_at: Date;
  readonly text: string | null;
  readonly at: Date;
};

/** Those of an author's client ids that are there, with their numbers; for resuming an import. */
export async function numbersByClientIds(
  tables: Statements,
  conversationId: ConversationId,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tables.query<{ client_id: string; number: number }>({
    name: 'timeline-by-client-ids',
    text: `select m.client_id, m.number from timeline.message m
           where m.conversation_id = $1 and m.client_id = any($2::uuid[])`,
    values: [conversationId, clientIds],
  });
  return new Map(rows.map(({ client_id, number }) => [client_id, number]));
}

type ReactionsRow = {
  readonly conversation_id: ConversationId;
  readonly number: number;
  readonly reactions: readonly ReactionView[];
};

/** Set-wise, by `messageKeyText`, the oldest emoji first; without any it is missing. */
export async function reactionsByKeys(
  tables: Statements,
  viewer: UserId,
  keys: readonly MessageKey[],
): Promise<ReadonlyMap<string, readonly ReactionView[]>> {
  const rows = await tables.query<ReactionsRow>({
    name: 'timeline-reactions',
    text: `
      select e.conversation_id, e.number,
             jsonb_agg(jsonb_build_object('emoji', e.emoji, 'count', e.count, 'mine', e.mine)
                       order by e.first, e.emoji) as reactions
      from (
        select conversation_id, number, r.emoji, count(*) as count,
               bool_or(r.user_id = $1) as mine, min(r.position) as first
        from (select distinct * from unnest($2::uuid[], $3::integer[]))
          as asked (conversation_id, number)
        join timeline.reaction r using (conversation_id, number)
        group by conversation_id, number, r.emoji
      ) as e
      group by e.conversation_id, e.number`,
    values: [viewer, keys.map((key) => key.conversationId), keys.map((key) => key.number)],
  });
  return new Map(rows.map((row) => [keyOf(row), row.reactions]));
}

function keyOf({ conversation_id: conversationId, number }: ReactionsRow): string {
  return messageKeyText({ conversationId, number });
}

/**
 * The feeds of these conversations in the span, by position; each only as far as the viewer may
 * see.
 */
export async function eventsAfter(
  tables: Statements,
  span: {
    readonly conversations: readonly {
      readonly conversationId: ConversationId;
      readonly seesFrom: number;
      readonly seesUpTo: number | null;
    }[];
    readonly viewer: UserId;
    readonly after: bigint;
    readonly upTo: bigint;
    readonly rowsMax: number;
  },
): Promise<readonly ConversationEventView[]> {
  const { conversations } = span;
  if (conversations.length === 0) return [];
  const rows = await tables.query<EventRow>({
    name: 'timeline-events-after',
    text: `
      select e.conversation_id, e.revision, e.position, e.at, e.type, e.number, e.users
      from unnest($1::uuid[], $2::integer[], $3::integer[])
        as asked (conversation_id, sees_from, sees_up_to)
      -- a former member: nothing after the event that let her go
      cross join lateral (
        select case when asked.sees_up_to is null then $5::bigint else (
          select least($5::bigint, max(g.position)) from timeline.event g
          where g.conversation_id = asked.conversation_id and $7::uuid = any(g.users)
            and g.type in ('member-left', 'member-removed')
          having max(g.position) is not null) end as up_to
        offset 0
      ) as hers
      cross join lateral (
        select * from timeline.event e
        where e.conversation_id = asked.conversation_id
          and e.position > $4 and e.position <= hers.up_to
          and (e.number is null or e.number >= asked.sees_from)
        order by e.position limit $6
      ) as e
      order by e.position limit $6`,
    values: [
      conversations.map(({ conversationId }) => conversationId),
      conversations.map(({ seesFrom }) => seesFrom),
      conversations.map(({ seesUpTo }) => seesUpTo),
      ...[span.after, span.upTo, span.rowsMax, span.viewer],
    ],
  });
  return rows.map(({ conversation_id: conversationId, at, ...rest }) => ({
    ...{ conversationId, atMs: at.getTime() },
    ...rest,
  }));
}

type EventRow = Omit<ConversationEventView, 'conversationId' | 'atMs'> & {
  readonly conversation_id: ConversationId;
  readonly at: Date;
};
