import type { FinalPage } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Known, Operation, Place } from './known.ts';
import { named, shortened } from './known.ts';
import type { InboxReading, Law, Showing } from './law.ts';
import { isAtLeast } from './position.ts';
import { firstOutside } from './spans.ts';
import type { Stay, TrueConversation, Truth } from './truth.ts';
import { isMember, windowOf } from './truth.ts';

const number = 8;

/**
 * Law 8, for membership, clearing and deleting. Most of it is seen at the end, when the log says
 * who was where: everything that ever reached somebody must lie within her stays. An open channel
 * shows itself to everybody, so there only those who left are held to what they may see.
 */
export function membershipLaw(known: Known, truth: Truth, findings: Findings): Law {
  const report = (kind: string, line: number, says: string) =>
    findings.report({ law: number, kind, line, says });
  const say = (wrong: Wrong | null) => {
    if (wrong !== null) report(wrong.kind, wrong.line, wrong.says);
  };
  const finals: { readonly whole: FinalPage; readonly line: number }[] = [];
  const rows: InboxReading[] = [];
  return {
    number,
    sentence: 'Nobody receives or reads what membership, clearing or deleting say she may not.',
    shown: (showing) => {
      say(leftText(showing));
      say(shownCleared(showing, known));
    },
    inboxRow: (reading) => {
      if (reading.operation === null) rows.push(reading);
      else say(listedAfterGoing(reading, reading.operation));
    },
    wholeHistory: (whole, { line }) => {
      finals.push({ whole: { ...whole, messages: edgesOf(whole) }, line });
    },
    end: () => {
      if (truth.events === 0) return;
      for (const { id, places } of known.conversations.values()) {
        const of = truth.conversations.get(id);
        for (const place of of ? places.values() : []) if (of) say(outsideStays(place, of));
      }
      for (const { place, line } of rows) say(listedAtTheEnd(place, { line, truth }));
      for (const { whole, line } of finals) say(outsideWindow(whole, { line, truth }));
    },
  };
}

type Wrong = { readonly kind: string; readonly line: number; readonly says: string };

function leftText({ seen, line, place, on }: Showing): Wrong | null {
  if (seen.state === 'present' || seen.text === null) return null;
  const says =
    `${place.person} saw number ${seen.number} of ${place.conversation.id} (${on}) ` +
    `as ${seen.state}, with the text “${shortened(seen.text)}”.`;
  return { kind: 'text-of-the-deleted', line, says };
}

/** By a page that was asked for at the clearing's position, or a connection that began later. */
function shownCleared(showing: Showing, known: Known): Wrong | null {
  const { place, seen, on, line, operation } = showing;
  const { person, conversation } = place;
  const { cleared } = operation?.certain ?? place;
  if (seen.number > cleared.number) return null;
  if (on === 'page') {
    const asked = operation?.asked;
    const atLeast = asked?.do === 'read-page' ? asked.atLeast : null;
    if (cleared.position === null || !isAtLeast(atLeast, cleared.position)) return null;
  } else if (on === 'frame') {
    if ((known.sessions.get(showing.session ?? '')?.connectedLine ?? 0) < cleared.line) return null;
  } else return null;
  const says =
    `${person} cleared ${conversation.id} up to ${cleared.number} (line ${cleared.line}) ` +
    `and still saw number ${seen.number} (${on}).`;
  return { kind: 'shown-after-clearing', line, says };
}

/** An inbox asked for at the position of her going, where nobody has her in again. */
function listedAfterGoing({ place, line }: InboxReading, { asked, ...at }: Operation) {
  const { gone, comingsOpen, cameLine, person, conversation } = place;
  if (gone === null || gone.position === null || comingsOpen > 0) return null;
  if (cameLine > gone.line || at.line < gone.line || asked.do !== 'read-inbox') return null;
  if (!isAtLeast(asked.atLeast, gone.position)) return null;
  const says =
    `${person} is out of ${conversation.id} since position ${gone.position}; ` +
    `an inbox of at least that position lists it.`;
  return { kind: 'listed-after-going', line, says };
}

function listedAtTheEnd(
  { person, conversation }: Place,
  { line, truth }: { readonly line: number; readonly truth: Truth },
): Wrong | null {
  const of = truth.conversations.get(conversation.id);
  if (of === undefined || of.kind === 'channel' || isMember(of.people.get(person))) return null;
  const says = `${conversation.id} is in the final inbox of ${person}, who is no member.`;
  return { kind: 'listed-after-going', line, says };
}

/** What reached her at any time and lies in none of her stays. */
function outsideStays(place: Place, of: TrueConversation): Wrong | null {
  const { person, conversation } = place;
  const stays = of.people.get(person)?.stays ?? [];
  if (of.kind === 'channel' && stays.length === 0) return null;
  const read = firstOutside(place.numbers, stays.map(numbersOf));
  if (read !== null && !(of.kind === 'channel' && before(stays, read.number))) {
    const message = conversation.byNumber[read.number];
    const says =
      `${person} saw ${message ? named(message) : 'a message'}, number ${read.number} of ` +
      `${conversation.id}; ${inWords(stays)}.`;
    return { kind: kindOf(stays, read.number), line: read.line, says };
  }
  if (of.kind === 'channel') return null;
  const got = firstOutside(place.revisions, stays.map(revisionsOf));
  if (got === null) return null;
  const says =
    `${person} got revision ${got.number} of ${conversation.id} (the last such frame at this ` +
    `line); she was there until revision ${stays.at(-1)?.upToRevision ?? 'never'}.`;
  return { kind: 'received-after-going', line: got.line, says };
}

function numbersOf({ seesFrom, upTo }: Stay) {
  return { from: seesFrom, to: upTo };
}

/** Whoever sees everything may be told what happened before she came, also of the past. */
function revisionsOf({ seesFrom, fromRevision, upToRevision }: Stay) {
  return { from: seesFrom > 1 ? fromRevision : 0, to: upToRevision };
}

function before(stays: readonly Stay[], at: number): boolean {
  return stays.every(({ seesFrom }) => at < seesFrom);
}

function kindOf(stays: readonly Stay[], at: number): string {
  if (stays.length === 0) return 'seen-by-a-stranger';
  return stays.some(({ upTo }) => upTo < at) ? 'seen-after-going' : 'seen-before-joining';
}

function inWords(stays: readonly Stay[]): string {
  if (stays.length === 0) return 'she was never in it';
  const spans = stays.map(({ seesFrom, upTo }) =>
    Number.isFinite(upTo) ? `${seesFrom} to ${upTo}` : `${seesFrom} on`,
  );
  return `she may see ${spans.join(' and ')}`;
}

/**
 * A final history shows no more than she may see now; its edges tell. Where she never was in, all
 * that it shows lies outside her stays.
 */
function outsideWindow(
  { person, conversation, messages, line: on }: FinalPage,
  { line, truth }: { readonly line: number; readonly truth: Truth },
): Wrong | null {
  const of = truth.conversations.get(conversation);
  const window = windowOf(of?.people.get(person));
  const [first, last] = [messages[0]?.number, messages.at(-1)?.number];
  if (of === undefined || window === null || first === undefined || last === undefined) return null;
  const says = `at the end ${person} has ${first} to ${last} of ${conversation} (${on}); `;
  if (last > window.to) {
    return { kind: 'seen-after-going', line, says: `${says}she may see up to ${window.to}.` };
  }
  if (on !== 'timeline' || first >= window.from) return null;
  const isCleared = window.from === (of.people.get(person)?.cleared ?? 0) + 1;
  const kind = isCleared ? 'shown-after-clearing' : 'seen-before-joining';
  return { kind, line, says: `${says}she may see from ${window.from} on.` };
}

function edgesOf({ messages }: FinalPage): FinalPage['messages'] {
  return messages.length <= 2 ? messages : [...messages.slice(0, 1), ...messages.slice(-1)];
}
