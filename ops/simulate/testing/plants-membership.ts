import type { HistoryLine, SeenMessage } from '../history.ts';
import type { Plant } from './planting.ts';
import { altered, alteredShown, alteredWhole, goersIn, is, isTimeline, logIn } from './planting.ts';

/** Law 8: what reached somebody who may not have it. */
export const plantsOfMembership: readonly Plant[] = [
  {
    law: 8,
    kind: 'seen-after-going',
    name: 'a removed member is sent a message',
    into: (lines) =>
      sentToGoer(lines, ({ revision, event }, goer) =>
        event.kind === 'sent' && revision > goer.revision ? event.number : null,
      ),
  },
  {
    law: 8,
    kind: 'received-after-going',
    name: 'a removed member is sent an edit of what she had seen',
    into: (lines) =>
      sentToGoer(lines, ({ event, revision }, goer) =>
        event.kind === 'edited' && revision > goer.revision && wasThere(lines, goer, event.number)
          ? event.number
          : null,
      ),
  },
  {
    law: 8,
    kind: 'seen-by-a-stranger',
    name: 'somebody who never was in a group is sent a message of it',
    into: (lines) => {
      const groups = groupsIn(lines);
      return altered(lines, is('frame'), (frame) =>
        frame.shown && groups.has(frame.conversation)
          ? [frame, { ...frame, person: 'stranger', session: 'stranger-1' }]
          : null,
      );
    },
  },
  {
    law: 8,
    kind: 'seen-by-a-stranger',
    name: 'the final timeline of somebody who never was in a group shows it',
    into: (lines) => {
      const groups = groupsIn(lines);
      return altered(lines, isTimeline, (timeline) =>
        timeline.messages.length > 0 && groups.has(timeline.conversation)
          ? [timeline, { ...timeline, person: 'stranger' }]
          : null,
      );
    },
  },
  {
    law: 8,
    kind: 'seen-before-joining',
    name: 'somebody who came later is shown what was said before',
    into: (lines) => {
      for (const { conversation, event } of logIn(lines)) {
        if (event.kind !== 'started' || event.historyVisible !== 'from-joining') continue;
        const comer = comersLater(lines, conversation);
        const shown = lines.find(
          (line) =>
            line.line === 'frame' && line.conversation === conversation && line.shown?.number === 1,
        );
        if (comer === null || shown?.line !== 'frame') continue;
        const forComer = { ...shown, person: comer, session: `${comer}-late` };
        return [
          ...lines.slice(0, lines.indexOf(shown)),
          forComer,
          ...lines.slice(lines.indexOf(shown)),
        ];
      }
      return null;
    },
  },
  {
    law: 8,
    kind: 'listed-after-going',
    name: 'the final inbox lists a conversation that she left',
    into: (lines) => {
      const [goer] = goersIn(lines);
      if (goer === undefined) return null;
      const { conversation, person } = goer;
      const row = { conversation, last: 0, delivered: 0, read: 0, unread: 0 };
      return altered(lines, is('inbox'), (inbox) =>
        inbox.person === person ? { ...inbox, rows: [...inbox.rows, row] } : null,
      );
    },
  },
  {
    law: 8,
    kind: 'listed-after-going',
    name: 'an inbox of at least the position of her leaving lists it',
    into: listedAfterLeaving,
  },
  {
    law: 8,
    kind: 'shown-after-clearing',
    name: 'a timeline shows what she cleared',
    into: (lines) => {
      const cleared = logIn(lines).find(({ event }) => event.kind === 'cleared');
      if (cleared?.event.kind !== 'cleared') return null;
      const { person, upTo } = cleared.event;
      const first = { ...anyShown(lines), number: upTo };
      return alteredWhole(lines, 'timeline', (messages, whole) =>
        whole.person === person && whole.conversation === cleared.conversation
          ? [first, ...messages]
          : null,
      );
    },
  },
  {
    law: 8,
    kind: 'shown-after-clearing',
    name: 'a device that connects after clearing is sent what was cleared',
    into: sentAfterClearing,
  },
  {
    law: 8,
    kind: 'text-of-the-deleted',
    name: 'a deletion leaves the text',
    into: (lines) =>
      alteredShown(lines, (shown) =>
        shown.state === 'deleted' ? { ...shown, text: 'what was said' } : null,
      ),
  },
];

/** Conversations that show themselves to nobody else. */
function groupsIn(lines: readonly HistoryLine[]): ReadonlySet<string> {
  const started = logIn(lines).filter(
    ({ event }) => event.kind === 'started' && event.conversationKind !== 'channel',
  );
  return new Set(started.map(({ conversation }) => conversation));
}

type Goer = ReturnType<typeof goersIn>[number];
type Logged = ReturnType<typeof logIn>[number];

/** Sends to somebody who is gone what the event is about. */
function sentToGoer(
  lines: readonly HistoryLine[],
  numberOf: (event: Logged, goer: Goer) => number | null,
): readonly HistoryLine[] | null {
  for (const goer of goersIn(lines)) {
    for (const logged of logIn(lines)) {
      if (logged.conversation !== goer.conversation) continue;
      const number = numberOf(logged, goer);
      if (number === null) continue;
      const { person } = goer;
      const { revision } = logged;
      const at = lines.findIndex(
        (line) =>
          line.line === 'frame' &&
          line.conversation === goer.conversation &&
          line.revision === revision &&
          line.shown?.number === number,
      );
      const frame = lines[at];
      if (frame?.line !== 'frame') continue;
      const extra = { ...frame, person, session: `${person}-late` };
      return [...lines.slice(0, at), extra, ...lines.slice(at)];
    }
  }
  return null;
}

/** Whether the message lies in what the goer could see. */
function wasThere(lines: readonly HistoryLine[], goer: Goer, number: number): boolean {
  const here = logIn(lines).filter(({ conversation }) => conversation === goer.conversation);
  const started = here.find(({ event }) => event.kind === 'started')?.event;
  if (started?.kind !== 'started' || started.historyVisible !== 'from-start') return false;
  return here.some(
    ({ event, revision }) =>
      event.kind === 'sent' && event.number === number && revision < goer.revision,
  );
}

/** Somebody who came after the first message, and never was there before. */
function comersLater(lines: readonly HistoryLine[], conversation: string): string | null {
  const before = new Set<string>();
  let hasBegun = false;
  for (const { conversation: where, event } of logIn(lines)) {
    if (where !== conversation) continue;
    if (event.kind === 'sent') hasBegun = true;
    if (event.kind !== 'started' && event.kind !== 'joined') continue;
    const comer = event.people.find((person) => !before.has(person));
    if (hasBegun && comer !== undefined) return comer;
    for (const person of event.people) before.add(person);
  }
  return null;
}

function listedAfterLeaving(lines: readonly HistoryLine[]): readonly HistoryLine[] | null {
  for (const [at, answer] of lines.entries()) {
    if (answer.line !== 'answered' || answer.outcome !== 'ok' || !answer.position) continue;
    const left = lines.find((line) => line.line === 'invoked' && line.op === answer.op);
    if (left?.line !== 'invoked' || left.asked.do !== 'leave') continue;
    const { conversation } = left.asked;
    const { person, session } = left;
    const { atMs, position: atLeast } = answer;
    const op = 1_000_000;
    const inbox = [{ conversation, last: 0, delivered: 0, read: 0, unread: 0 }];
    return [
      ...lines.slice(0, at + 1),
      { line: 'invoked', op, atMs, person, session, asked: { do: 'read-inbox', atLeast } },
      { line: 'answered', op, atMs, outcome: 'ok', inbox },
      ...lines.slice(at + 1),
    ];
  }
  return null;
}

function sentAfterClearing(lines: readonly HistoryLine[]): readonly HistoryLine[] | null {
  for (const [at, answer] of lines.entries()) {
    if (answer.line !== 'answered' || answer.outcome !== 'ok' || !answer.position) continue;
    const cleared = lines.find((line) => line.line === 'invoked' && line.op === answer.op);
    if (cleared?.line !== 'invoked' || cleared.asked.do !== 'clear') continue;
    const { conversation } = cleared.asked;
    const { person } = cleared;
    const shown = lines
      .slice(0, at)
      .find((line) => line.line === 'frame' && line.conversation === conversation && line.shown);
    if (shown?.line !== 'frame' || shown.shown?.number !== 1) continue;
    const session = `${person}-late`;
    const { atMs } = answer;
    return [
      ...lines.slice(0, at + 1),
      { line: 'connected', atMs, person, session, cursor: null },
      { ...shown, atMs, person, session },
      ...lines.slice(at + 1),
    ];
  }
  return null;
}

function anyShown(lines: readonly HistoryLine[]): SeenMessage {
  const frame = lines.find((line) => line.line === 'frame' && line.shown);
  if (frame?.line !== 'frame' || !frame.shown) throw new Error('no frame shows a message');
  return frame.shown;
}
