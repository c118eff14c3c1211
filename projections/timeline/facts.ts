import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Personal } from '../../domain/personal.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { MessageKey } from './read.ts';
import { messageKeyText } from './read.ts';
import { msSql } from './rows.ts';

/** A message by the id that its author's client chose. */
export async function earlierMessage(
  tables: Statements,
  of: {
    readonly conversationId: ConversationId;
    readonly author: UserId;
    readonly clientId: string;
  },
): Promise<{
  readonly number: number;
  readonly contentTag: string;
  readonly position: bigint;
  readonly sentAtMs: number;
} | null> {
  const [row] = await tables.query<{
    number: number;
    sent_tag: string;
    sent_position: bigint;
    sent_at: Date;
  }>({
    name: 'timeline-earlier',
    text: `select m.number, m.sent_tag, m.sent_position, m.sent_at from timeline.message m
           where m.conversation_id = $1 and m.client_id = $2 and m.author_id = $3 limit 1`,
    values: [of.conversationId, of.clientId, of.author],
  });
  if (!row) return null;
  const { number, sent_tag: contentTag, sent_position: position, sent_at } = row;
  return { number, contentTag, position, sentAtMs: sent_at.getTime() };
}

/** What a decision about a message may need, once the state has forgotten it. */
export async function messageFacts(
  tables: Statements,
  of: MessageKey & { readonly viewer: UserId },
): Promise<{
  readonly author: UserId;
  readonly sentAtMs: number;
  readonly deleted: boolean;
  readonly contentTag: string;
  readonly ownReactions: readonly string[];
} | null> {
  const [row] = await tables.query<{
    author_id: UserId;
    sent_at: Date;
    recorded_at: Date;
    deleted: boolean;
    content_tag: string;
    own: readonly string[] | null;
  }>({
    name: 'timeline-facts',
    text: `select m.author_id, m.sent_at, m.recorded_at, m.deleted, m.content_tag,
                  (select array_agg(r.emoji) from timeline.reaction r
                   where r.conversation_id = m.conversation_id and r.number = m.number
                     and r.user_id = $3) as own
           from timeline.message m where m.conversation_id = $1 and m.number = $2`,
    values: [of.conversationId, of.number, of.viewer],
  });
  if (!row) return null;
  return {
    author: row.author_id,
    sentAtMs: row.recorded_at.getTime(),
    deleted: row.deleted,
    contentTag: row.content_tag,
    ownReactions: row.own ?? [],
  };
}

/** What makes a message found, as it is now. */
export type SearchedMessage = {
  readonly author: UserId;
  readonly sentAtMs: number;
  readonly text: Personal;
  readonly deleted: boolean;
  readonly reacted: boolean; // somebody has put an emoji on it
};

/** Set-wise, by `messageKeyText`; of everybody's, so nobody may see it as it is. */
export async function searchedMessages(
  tables: Statements,
  keys: readonly MessageKey[],
): Promise<ReadonlyMap<string, SearchedMessage>> {
  if (keys.length === 0) return new Map();
  const rows = await tables.query<SearchedRow>({
    name: 'timeline-searched',
    text: `
      select m.conversation_id, m.number, m.author_id, m.deleted,
             case when m.edited_at is null then m.text else m.edited_text end as text,
             ${msSql('m.sent_at')} as sent_at_ms,
             exists (select 1 from timeline.reaction r where r.number = m.number
                     and r.conversation_id = m.conversation_id) as reacted
      from timeline.message m
      join (select distinct * from unnest($1::uuid[], $2::integer[]))
        as asked (conversation_id, number)
        using (conversation_id, number)
      where m.author_id is not null`,
    values: [keys.map((key) => key.conversationId), keys.map((key) => key.number)],
  });
  return new Map(
    rows.map(({ conversation_id: conversationId, number, author_id: author, ...row }) => [
      messageKeyText({ conversationId, number }),
      {
        ...{ author, sentAtMs: row.sent_at_ms, text: row.text },
        ...{ deleted: row.deleted, reacted: row.reacted },
      },
    ]),
  );
}

type SearchedRow = {
  readonly conversation_id: ConversationId;
  readonly number: number;
  readonly author_id: UserId;
  readonly deleted: boolean;
  readonly text: Personal;
  readonly sent_at_ms: number;
  readonly reacted: boolean;
};
