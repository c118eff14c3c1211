import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { MessageKey } from './read.ts';
import { messageKeyText } from './read.ts';
import type { ReactionView } from './view.ts';

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
