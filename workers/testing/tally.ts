import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Change } from '../../projections/change.ts';
import type { Projection } from '../../projections/projection.ts';

/** How a tally differs from the plain one. */
export type TallyOptions = {
  readonly name?: string;
  readonly version?: number;
  readonly mended?: boolean; // 'poison in the rules' no longer hurts
};

/**
 * A projection small enough to see through, which two texts poison: one in its rules, one in its
 * tables.
 */
export function tally({
  name = 'tally',
  version = 1,
  mended = false,
}: TallyOptions = {}): Projection {
  return {
    name,
    version,
    tableSql: new URL('./tally.sql', import.meta.url),
    tables: {
      line: {
        key: ['conversation_id', 'number'],
        columns: {
          conversation_id: 'uuid',
          number: 'integer',
          author: 'text',
          text: 'text',
          edits: 'bigint',
          deleted: 'boolean',
        },
      },
      head: {
        key: ['conversation_id'],
        columns: { conversation_id: 'uuid', last_number: 'integer', last_at: 'timestamptz' },
      },
    },
    handles: new Set<ConversationEvent['type']>([
      'message-sent',
      'message-edited',
      'message-deleted',
    ]),
    changes: (recorded) => changes(recorded, { mended, version }),
  };
}

function changes(
  recorded: ParleyEvent,
  { mended, version }: { readonly mended: boolean; readonly version: number },
): readonly Change[] {
  if (recorded.category !== 'conversation') return [];
  const { event, conversationId: conversation_id, position } = recorded;
  if (event.type === 'message-sent') {
    if (event.text === 'poison in the rules' && !mended) throw new TypeError(event.text);
    const key = { conversation_id, number: event.number };
    const text = version === 1 ? event.text : `${event.text}, version ${version}`;
    const head = { last_number: event.number, last_at: new Date(recorded.recordedAtMs) };
    return [
      { op: 'upsert', table: 'line', key, set: { author: event.author, text } },
      { op: 'upsert', table: 'head', key: { conversation_id }, set: head },
    ];
  }
  if (event.type === 'message-edited') {
    const key = { conversation_id, number: event.number };
    return [{ op: 'update', table: 'line', key, set: { text: event.text, edits: position } }];
  }
  if (event.type !== 'message-deleted') return [];
  const key = { conversation_id, number: event.number };
  return [{ op: 'update', table: 'line', key, set: { deleted: true, text: null } }];
}
