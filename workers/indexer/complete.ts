import type { IndexChange } from '../../ops/adapters/search/port.ts';
import { messageDocument } from '../../projections/message-search/document.ts';
import type { PersonView } from '../../projections/people/view.ts';
import { personDocument } from '../../projections/people-search/document.ts';
import type { SearchChange } from '../../projections/search-projection.ts';
import type { SearchedMessage } from '../../projections/timeline/facts.ts';
import { messageKeyText } from '../../projections/timeline/read.ts';

/** What the read models say of those whose events did not say everything. */
export type Found = {
  readonly messages: ReadonlyMap<string, SearchedMessage>; // by `messageKeyText`
  readonly people: ReadonlyMap<string, PersonView>;
};

/**
 * The change with a whole document. What the read models do not have, or have no more, is not
 * found. They may be further than the event: then a later event says the same with a later version,
 * so a rebuild comes to the same documents.
 */
export function complete(change: SearchChange, { messages, people }: Found): IndexChange {
  switch (change.kind) {
    case 'put':
    case 'remove':
      return change;
    case 'amend-person': {
      const { id, version } = change;
      const person = people.get(id);
      if (!person) return { kind: 'remove', id, version };
      return personDocument({ userId: id, name: person.name, handle: person.handle }, version);
    }
    case 'amend-message': {
      const { id, version, conversationId, number } = change;
      const known = messages.get(messageKeyText({ conversationId, number }));
      if (!known || known.deleted) return { kind: 'remove', id, version };
      const { author, sentAtMs, reacted } = known;
      const text = change.text ?? known.text;
      return messageDocument({ conversationId, number, author, sentAtMs, text, reacted }, version);
    }
  }
}

/** Of each document the last change: an index takes no older one anyway. */
export function lastOfEach(changes: readonly IndexChange[]): readonly IndexChange[] {
  const last = new Map<string, IndexChange>();
  for (const change of changes) last.set(idOf(change), change);
  return [...last.values()];
}

function idOf(change: IndexChange): string {
  return change.kind === 'put' ? change.document.id : change.id;
}
