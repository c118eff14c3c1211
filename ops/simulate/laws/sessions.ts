import type { Findings } from './findings.ts';
import type { Conversation } from './known.ts';
import { mayFindNothing, named } from './known.ts';
import type { Law, Reading } from './law.ts';
import { isAtLeast } from './position.ts';

const number = 5;

/**
 * Law 5. Reads that were asked for after something was certain must show it: what she wrote or was
 * sent, where she asks for at least that position; what she read, always.
 */
export function sessionsLaw(findings: Findings): Law {
  const report = (kind: string, line: number, says: string) =>
    findings.report({ law: number, kind, line, says });
  const deletedSeen = new Map<Conversation, Map<number, number>>(); // number to line
  return {
    number,
    sentence: 'A person reads her own writes; what was seen is never unseen; no reply first.',
    page: (reading) => {
      const unread = missingOn(reading);
      if (unread !== null) report(unread.kind, reading.line, unread.says);
    },
    shown: ({ line, seen, message, place, on, operation }) => {
      if (seen.replyTo !== null && seen.replyTo >= seen.number) {
        const says =
          `number ${seen.number} of ${place.conversation.id} replies to ` + `${seen.replyTo}.`;
        report('reply-before-parent', line, says);
      }
      if (on !== 'page' || operation === null) return;
      const { conversation, person } = place;
      if (seen.state === 'deleted') {
        noteDeleted(deletedSeen, { conversation, number: seen.number, line });
        return;
      }
      const since = deletedSeen.get(conversation)?.get(seen.number);
      if (since === undefined || since > operation.line || message === null) return;
      const says = `${person} read ${named(message)}, which was deleted on line ${since} already.`;
      report('deletion-unseen', line, says);
    },
    log: ({ event, conversation }, { line, message }) => {
      if (event.kind !== 'sent' || event.replyTo === null || event.replyTo < event.number) return;
      const what = message === null ? `number ${event.number}` : named(message);
      const says = `${what} in ${conversation} is stored before its parent ${event.replyTo}.`;
      report('reply-before-parent', line, says);
    },
  };
}

type Missing = { readonly kind: string; readonly says: string };

/** What a newest page lacks that was certain when it was asked for. */
function missingOn({ operation, place, page }: Reading): Missing | null {
  const { asked, certain } = operation;
  if (!page.newest || asked.do !== 'read-page') return null;
  const last = page.messages.at(-1)?.number ?? 0;
  if (last === 0 && mayFindNothing(place)) return null;
  const ends = last === 0 ? 'the page is empty' : `the page ends with ${last}`;
  const { person } = place;
  const { seen, own, received } = certain;
  if (seen.number > last) {
    const says = `${person} had read up to number ${seen.number} (line ${seen.line}); now ${ends}.`;
    return { kind: 'seen-then-unseen', says };
  }
  const holds = (position: string | null) =>
    position !== null && isAtLeast(asked.atLeast, position);
  if (own.number > last && holds(own.position)) {
    const says =
      `${person} wrote number ${own.number} (line ${own.line}) and asked for at least its ` +
      `position ${own.position}; ${ends}.`;
    return { kind: 'own-write-not-read', says };
  }
  if (received.number > last && holds(received.position)) {
    const says =
      `${person} received number ${received.number} (line ${received.line}) and asked for at ` +
      `least its position ${received.position}; ${ends}.`;
    return { kind: 'received-then-not-read', says };
  }
  return null;
}

function noteDeleted(
  deletedSeen: Map<Conversation, Map<number, number>>,
  at: { readonly conversation: Conversation; readonly number: number; readonly line: number },
): void {
  const numbers = deletedSeen.get(at.conversation) ?? new Map<number, number>();
  deletedSeen.set(at.conversation, numbers);
  if (!numbers.has(at.number)) numbers.set(at.number, at.line);
}
