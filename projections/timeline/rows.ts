import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { MessageView } from './view.ts';

/** Milliseconds, as nobody needs Postgres's words for a moment; the columns hold whole ones. */
export function msSql(column: string): string {
  return `round(date_part('epoch', ${column}) * 1000)`;
}

/** Nothing that another table must be asked for row by row. */
export const messageColumns = `
  m.conversation_id, m.number, m.author_id, m.client_id, m.form,
  case when m.edited_at is null then m.text else m.edited_text end as text,
  m.deleted, m.reply_to,
  ${msSql('m.sent_at')} as sent_at_ms, ${msSql('m.edited_at')} as edited_at_ms`;

export type MessageRow = {
  readonly conversation_id: ConversationId;
  readonly number: number;
  readonly author_id: UserId;
  readonly client_id: string;
  readonly form: 'text' | 'action';
  readonly text: string | null;
  readonly deleted: boolean;
  readonly reply_to: number | null;
  readonly sent_at_ms: number;
  readonly edited_at_ms: number | null;
};

export function toMessage(row: MessageRow): MessageView {
  return {
    conversationId: row.conversation_id,
    number: row.number,
    author: row.author_id,
    clientId: row.client_id,
    form: row.form,
    text: row.deleted ? null : row.text,
    deleted: row.deleted,
    replyTo: row.reply_to,
    sentAtMs: row.sent_at_ms,
    editedAtMs: row.edited_at_ms,
    ...(row.deleted && { reactions: [] }),
  };
}
