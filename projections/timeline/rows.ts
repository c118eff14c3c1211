import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { MessageView } from './view.ts';

/** $1 is the viewer: her own reactions are told apart. */
export const messageColumns = `
  m.conversation_id, m.number, m.author_id, m.client_id, m.content_tag, m.form,
  case when m.edited_at is null then m.text else m.edited_text end as text,
  m.deleted, m.reply_to, m.sent_at, m.recorded_at, m.edited_at, m.sent_position, m.sent_revision,
  m.position,
  (select jsonb_agg(jsonb_build_object('emoji', r.emoji, 'count', r.count, 'mine', r.mine)
                    order by r.first, r.emoji)
   from (select emoji, count(*) as count, bool_or(user_id = $1) as mine, min(position) as first
         from timeline.reaction r
         where r.conversation_id = m.conversation_id and r.number = m.number
         group by emoji) as r) as reactions,
  case when m.edited_at is null then 0 else
    (select count(*)::integer from timeline.version v
     where v.conversation_id = m.conversation_id and v.number = m.number) end as versions`;

export type MessageRow = {
  readonly conversation_id: ConversationId;
  readonly number: number;
  readonly author_id: UserId;
  readonly client_id: string;
  readonly content_tag: string;
  readonly form: 'text' | 'action';
  readonly text: string | null;
  readonly deleted: boolean;
  readonly reply_to: number | null;
  readonly sent_at: Date;
  readonly recorded_at: Date;
  readonly edited_at: Date | null;
  readonly sent_position: bigint;
  readonly sent_revision: number;
  readonly position: bigint;
  readonly reactions: MessageView['reactions'] | null;
  readonly versions: number;
};

export function toMessage(row: MessageRow): MessageView {
  return {
    conversationId: row.conversation_id,
    number: row.number,
    author: row.author_id,
    clientId: row.client_id,
    contentTag: row.content_tag,
    form: row.form,
    text: row.deleted ? null : row.text,
    deleted: row.deleted,
    replyTo: row.reply_to,
    sentAtMs: row.sent_at.getTime(),
    recordedAtMs: row.recorded_at.getTime(),
    editedAtMs: row.edited_at?.getTime() ?? null,
    versions: row.versions,
    reactions: row.deleted ? [] : (row.reactions ?? []),
    sentPosition: row.sent_position,
    sentRevision: row.sent_revision,
    position: row.position,
  };
}
