import type { InboxRow } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Known, Place } from './known.ts';
import { countBetween } from './known.ts';
import type { InboxReading, Law } from './law.ts';
import type { TrueConversation, TruePlace, Truth } from './truth.ts';
import { isMember, truePlaceIn } from './truth.ts';

const number = 7;

/**
 * Law 7. While things go on, unread is held between bounds (what may have been deleted or cleared
 * by then); at the end it is computed from the log.
 */
export function marksLaw(known: Known, truth: Truth, findings: Findings): Law {
  const report = (kind: string, line: number, says: string) =>
    findings.report({ law: number, kind, line, says });
  const finals: InboxReading[] = [];
  const acknowledged = new Map<Place, Acknowledged>();
  return {
    number,
    sentence:
      'Unread is a function of marks and numbers; marks never move back; read ≤ delivered ≤ last.',
    answered: ({ asked, place, line }, { outcome }) => {
      if (asked.do !== 'mark' || place === null || outcome !== 'ok') return;
      const { delivered, read, line: told } = acknowledged.get(place) ?? nothing;
      acknowledged.set(place, {
        delivered: Math.max(delivered, asked.delivered ?? 0, asked.read ?? 0),
        read: Math.max(read, asked.read ?? 0),
        line: Math.max(line, told),
      });
    },
    inboxRow: (reading) => {
      const wrong = wrongRow(reading) ?? movedBack(reading);
      if (wrong !== null) report(wrong.kind, reading.line, `${whose(reading)}: ${wrong.says}`);
      if (reading.operation === null) finals.push(reading);
    },
    log: ({ event, conversation }, { line }) => {
      if (event.kind !== 'marked') return;
      const { person, delivered, read } = event;
      const of = truth.conversations.get(conversation);
      const before = of && truePlaceIn(of, person);
      if (!before || (delivered >= before.delivered && read >= before.read)) return;
      const says =
        `the marks of ${person} in ${conversation} go from ${told(before)} ` +
        `back to ${told({ delivered, read })}.`;
      report('mark-moved-back-in-the-log', line, says);
    },
    end: () => {
      if (truth.events === 0) return;
      for (const reading of finals) {
        const wrong = wrongAtTheEnd(reading, truth);
        if (wrong !== null) report(wrong.kind, reading.line, `${whose(reading)}: ${wrong.says}`);
      }
      for (const { line, says } of missingRows(known, truth)) report('row-missing', line, says);
      for (const [place, mark] of acknowledged) {
        const lost = lostMark(place, { mark, truth });
        if (lost !== null) report('acknowledged-mark-lost', mark.line, lost);
      }
    },
  };
}

type Acknowledged = { readonly delivered: number; readonly read: number; readonly line: number };
type Wrong = { readonly kind: string; readonly says: string };

const nothing: Acknowledged = { delivered: 0, read: 0, line: 0 };

function whose({ place, operation }: InboxReading): string {
  const which = operation === null ? 'the final inbox' : 'an inbox';
  return `${which} of ${place.person}, ${place.conversation.id}`;
}

function told({ delivered, read }: { readonly delivered: number; readonly read: number }): string {
  return `delivered ${delivered}, read ${read}`;
}

/** What no row may say, whenever it is read. */
function wrongRow({ row, place }: InboxReading): Wrong | null {
  const { last, delivered, read, unread } = row;
  if (read > delivered || delivered > last) {
    return { kind: 'marks-out-of-order', says: `${told(row)}, last ${last}.` };
  }
  if (unread < 0) return { kind: 'unread-negative', says: `unread is ${unread}.` };
  if (unread > last - read) {
    const says = `unread is ${unread}, with read ${read} and last ${last}.`;
    return { kind: 'unread-too-high', says };
  }
  const least = leastUnread(place, row);
  if (unread >= least) return null;
  const says =
    `unread is ${unread}, with read ${read}, last ${last} and ` +
    `${last - read - least} deleted between: at least ${least} is due.`;
  return { kind: 'unread-too-low', says };
}

/** Nothing is due where she may have come later, or may have cleared. */
function leastUnread(place: Place, { last, read }: InboxRow): number {
  const { conversation, person, clearingAsked, goneAsked } = place;
  if (!conversation.founders.has(person) || clearingAsked || goneAsked) return 0;
  return last - read - countBetween(conversation.deletions, read, last);
}

function movedBack({ row, place, operation }: InboxReading): Wrong | null {
  const { marks } = place;
  if (operation !== null && operation.line < marks.line) return null;
  if (row.read >= marks.read && row.delivered >= marks.delivered) return null;
  const says = `${told(row)}, where she had read ${told(marks)} on line ${marks.line}.`;
  return { kind: 'mark-moved-back', says };
}

/** Whoever is in a conversation at the end has a row of it in her final inbox. */
function* missingRows({ finals }: Known, { conversations }: Truth) {
  for (const [conversation, { people }] of conversations) {
    for (const [person, place] of people) {
      const hers = finals.get(person);
      if (hers === undefined || !isMember(place) || hers.rows.has(conversation)) continue;
      const says = `${person} is in ${conversation}; her final inbox has no row of it.`;
      yield { line: hers.line, says };
    }
  }
}

function wrongAtTheEnd({ row, place }: InboxReading, truth: Truth): Wrong | null {
  const of = truth.conversations.get(place.conversation.id);
  if (of === undefined) {
    return { kind: 'inbox-differs-from-log', says: 'by the log there is no such conversation.' };
  }
  const hers = of.people.get(place.person);
  if (hers === undefined) return null;
  const due = rowOf(of, hers);
  if (row.last !== due.last) {
    const says = `last is ${row.last}; by the log it is ${due.last}.`;
    return { kind: 'inbox-differs-from-log', says };
  }
  if (row.read !== due.read || row.delivered !== due.delivered) {
    const says = `${told(row)}; by the log it is ${told(due)}.`;
    return { kind: 'inbox-differs-from-log', says };
  }
  if (row.unread === due.unread) return null;
  return { kind: 'unread-wrong', says: `unread is ${row.unread}; by the log it is ${due.unread}.` };
}

/** What her row comes to by the log alone. */
function rowOf(of: TrueConversation, hers: TruePlace): Omit<InboxRow, 'conversation'> {
  const stay = hers.stays.at(-1);
  const last = Math.min(stay?.upTo ?? 0, of.lastNumber);
  const read = Math.max(hers.read, hers.own);
  const delivered = Math.max(hers.delivered, read);
  const from = Math.max(read, hers.cleared, stay?.joinedAt ?? 0, (stay?.seesFrom ?? 1) - 1);
  const unread = Math.max(0, last - from - countBetween(of.deleted, from, last));
  return { last, delivered, read, unread };
}

/** A mark that was acknowledged stands in the log, or the person sent a later message herself. */
function lostMark(
  { person, conversation }: Place,
  { mark, truth }: { readonly mark: Acknowledged; readonly truth: Truth },
): string | null {
  const of = truth.conversations.get(conversation.id);
  const hers = of?.people.get(person) ?? { read: 0, delivered: 0, own: 0 };
  const read = Math.max(hers.read, hers.own);
  const stored = { read, delivered: Math.max(hers.delivered, read) };
  if (stored.read >= mark.read && stored.delivered >= mark.delivered) return null;
  return (
    `${person} was told that her marks in ${conversation.id} are ${told(mark)}; ` +
    `by the log they are ${told(stored)}.`
  );
}
