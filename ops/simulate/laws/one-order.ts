import type { SeenMessage } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Conversation, Known, Message } from './known.ts';
import { named } from './known.ts';
import type { Arrival, Law } from './law.ts';
import { isAtLeast } from './position.ts';
import type { Truth } from './truth.ts';
import { windowOf } from './truth.ts';

const number = 3;

/** Law 3. Whoever names a message to a number binds everybody else to it. */
export function oneOrderLaw(known: Known, truth: Truth, findings: Findings): Law {
  const report = (kind: string, line: number, says: string) =>
    findings.report({ law: number, kind, line, says });
  const agree = (message: Message, { line, conversation, said, by }: Saying) => {
    const bound = conversation.byNumber[said];
    if (bound === undefined || bound === message) return;
    const says =
      `${by} has ${named(message)} as number ${said} of ${conversation.id}, ` +
      `which is ${named(bound)} for others.`;
    report('two-messages-one-number', line, says);
  };
  let last = { position: '', line: 0 };
  const wholes: Whole[] = [];
  return {
    number,
    sentence: 'One order per conversation: numbers 1..n without a hole, the same for everybody.',
    answered: ({ message, line }, { outcome, number: said }) => {
      if (message === null || outcome !== 'ok' || said === undefined) return;
      const { conversation } = message;
      agree(message, { line, conversation, said, by: 'the answer to its sender' });
    },
    shown: ({ line, seen, message, place, on }) => {
      if (message === null) return;
      const { conversation, person } = place;
      agree(message, { line, conversation, said: seen.number, by: `${person} (${on})` });
    },
    page: ({ line, page, place }) => {
      const broken = brokenAt(page.messages);
      if (broken === null) return;
      report('page-with-a-hole', line, `${onPage(place)}: ${broken}.`);
    },
    frame: (arrival) => {
      const says = outOfOrder(arrival);
      if (says !== null) report('frames-out-of-order', arrival.line, says);
    },
    log: ({ event, position, conversation }, { line, message }) => {
      if (last.line > 0 && isAtLeast(last.position, position)) {
        const says = `position ${position} stands in the log after position ${last.position}.`;
        report('log-out-of-order', line, says);
      }
      last = { position, line };
      if (event.kind !== 'sent') return;
      const due = (truth.conversations.get(conversation)?.lastNumber ?? 0) + 1;
      if (event.number !== due) {
        const says = `${conversation} goes on with number ${event.number} where ${due} is due.`;
        report('hole-in-the-log', line, says);
      }
      if (message === null) return;
      agree(message, { line, conversation: message.conversation, said: due, by: 'the log' });
    },
    wholeHistory: ({ messages, line: on, person, conversation }, { line, place }) => {
      const broken = brokenAt(messages);
      if (broken !== null) report('page-with-a-hole', line, `${onPage(place)} (${on}): ${broken}.`);
      if (on !== 'timeline') return;
      const [first, newest] = [messages[0]?.number ?? 0, messages.at(-1)?.number ?? 0];
      wholes.push({ person, conversation, line, first, newest });
    },
    end: () => {
      if (truth.events === 0) return;
      const told = new Set(wholes.map(({ person, conversation }) => `${person} ${conversation}`));
      const missing = [...expectedOf(known, truth)].filter(
        ({ person, conversation }) => !told.has(`${person} ${conversation}`),
      );
      for (const whole of [...wholes, ...missing]) {
        const lacking = lackingIn(whole, truth);
        if (lacking !== null) report('timeline-lacks', whole.line, lacking);
      }
    },
  };
}

type Saying = {
  readonly line: number;
  readonly conversation: Conversation;
  readonly said: number;
  readonly by: string;
};

type Whole = {
  readonly person: string;
  readonly conversation: string;
  readonly line: number;
  readonly first: number; // 0: it is empty
  readonly newest: number;
};

/** The timelines that must be told: of everybody whose finals are complete, wherever she was. */
function* expectedOf({ finals }: Known, { conversations }: Truth): Generator<Whole> {
  for (const [conversation, { people }] of conversations) {
    for (const person of people.keys()) {
      const line = finals.get(person)?.line;
      if (line !== undefined) yield { person, conversation, line, first: 0, newest: 0 };
    }
  }
}

/** Frames about messages come in the order of revisions, within a connection. */
function outOfOrder({ frame, session, place }: Arrival): string | null {
  const before = session.newest.get(place.conversation);
  if (frame.shown === undefined || before === undefined) return null;
  if (frame.revision >= before.revision) return null;
  return (
    `device ${session.id} of ${place.person} got revision ${frame.revision} of ` +
    `${frame.conversation} after revision ${before.revision}.`
  );
}

function onPage(place: { readonly person: string; readonly conversation: Conversation }): string {
  return `a page of ${place.conversation.id} for ${place.person}`;
}

/** Where a stretch is none, in words. */
function brokenAt(messages: readonly SeenMessage[]): string | null {
  for (let at = 1; at < messages.length; at += 1) {
    const [before, here] = [messages[at - 1]?.number ?? 0, messages[at]?.number ?? 0];
    if (here !== before + 1) return `number ${here} stands right after number ${before}`;
  }
  return null;
}

/** What a whole history should begin and end with, by the log, and does not. */
function lackingIn({ person, conversation, first, newest }: Whole, truth: Truth): string | null {
  const of = truth.conversations.get(conversation);
  const window = windowOf(of?.people.get(person));
  if (of === undefined || window === null) return null;
  const to = Math.min(window.to, of.lastNumber);
  if (window.from > to || (newest >= to && first > 0 && first <= window.from)) return null;
  const has = newest === 0 ? 'is nothing' : `are ${first} to ${newest}`;
  return (
    `by the log ${person} may see numbers ${window.from} to ${to} of ${conversation}; ` +
    `in her timeline ${has}.`
  );
}
