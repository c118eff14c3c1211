import type { HistoryLine, SeenMessage } from '../history.ts';
import type { Plant } from './planting.ts';
import {
  altered,
  alteredPage,
  alteredShown,
  alteredWhole,
  changedFirst,
  is,
  logIn,
  sendsIn,
  triedOnce,
} from './planting.ts';

/** Laws 1, 2, 4 and 6: what was written, where, once, in which order. */
export const plantsOfWriters: readonly Plant[] = [
  {
    law: 1,
    kind: 'acknowledged-message-lost',
    name: 'the log lacks the newest acknowledged message of a conversation',
    into: (lines) => {
      const acknowledged = new Set(sendsIn(lines).map(({ message }) => message));
      const isNewest = (conversation: string, number: number) =>
        !logIn(lines).some(
          ({ conversation: where, event }) =>
            where === conversation && event.kind === 'sent' && event.number > number,
        );
      return altered(lines, is('log'), ({ conversation, event }) =>
        event.kind === 'sent' &&
        acknowledged.has(event.message) &&
        isNewest(conversation, event.number)
          ? []
          : null,
      );
    },
  },
  {
    law: 1,
    kind: 'acknowledged-under-another-number',
    name: 'a sender is told the number of the next message',
    into: (lines) =>
      altered(lines, is('answered'), (answer) => {
        const { outcome, number } = answer;
        return outcome === 'ok' && number ? { ...answer, number: number + 1 } : null;
      }),
  },
  {
    law: 1,
    kind: 'acknowledged-twice-differently',
    name: 'a retry is answered with a number of its own',
    into: (lines) => {
      const [first] = sendsIn(lines);
      if (first === undefined) return null;
      const { answer, invoked, number } = first;
      const op = 1_000_000;
      const { atMs } = answer;
      return [
        ...lines.slice(0, first.at + 1),
        { ...invoked, op, atMs },
        { ...answer, op, number: number + 1 },
        ...lines.slice(first.at + 1),
      ];
    },
  },
  {
    law: 1,
    kind: 'acknowledged-change-lost',
    name: 'the log lacks a deletion that was acknowledged',
    into: (lines) => {
      const acknowledged = new Set(answeredWell(lines));
      const deleted = lines.find(
        (line) =>
          line.line === 'invoked' && line.asked.do === 'delete' && acknowledged.has(line.op),
      );
      if (deleted?.line !== 'invoked' || deleted.asked.do !== 'delete') return null;
      const { conversation, number } = deleted.asked;
      return altered(lines, is('log'), ({ conversation: where, event }) =>
        event.kind === 'deleted' && where === conversation && event.number === number ? [] : null,
      );
    },
  },
  {
    law: 2,
    kind: 'never-sent',
    name: 'a device is sent a message of nobody',
    into: (lines) =>
      alteredShown(lines, (shown) =>
        shown.message === null ? null : { ...shown, message: 'nobody-sent-this' },
      ),
  },
  {
    law: 2,
    kind: 'refused-but-stored',
    name: 'a send was refused, and the log has it',
    into: refusedSend,
  },
  {
    law: 2,
    kind: 'refused-but-shown',
    name: 'a send was refused, and people saw it',
    into: refusedSend,
  },
  {
    law: 2,
    kind: 'text-nobody-wrote',
    name: 'a page shows a text with a word too much',
    into: (lines) =>
      alteredPage(lines, ({ newest, messages }) => {
        const at = messages.findIndex(({ text }) => text !== null);
        const message = messages[at];
        if (message === undefined) return null;
        const changed = { ...message, text: `${message.text} not` };
        return { newest, messages: messages.with(at, changed) };
      }),
  },
  {
    law: 2,
    kind: 'another-author',
    name: 'a frame names another author',
    into: (lines) =>
      alteredShown(lines, (shown) =>
        shown.message === null ? null : { ...shown, author: 'somebody else' },
      ),
  },
  {
    law: 2,
    kind: 'another-reply',
    name: 'a reply hangs at another message',
    into: (lines) =>
      alteredShown(lines, (shown) =>
        shown.message !== null && shown.replyTo !== null && shown.replyTo > 1
          ? { ...shown, replyTo: shown.replyTo - 1 }
          : null,
      ),
  },
  {
    law: 2,
    kind: 'in-another-conversation',
    name: 'a message reaches somebody in another conversation',
    into: (lines) => {
      const [first, ...others] = sendsIn(lines);
      const other = others.find(({ conversation }) => conversation !== first?.conversation);
      if (first === undefined || other === undefined) return null;
      return alteredShown(lines, (shown) =>
        shown.message === other.message ? { ...shown, message: first.message } : null,
      );
    },
  },
  {
    law: 2,
    kind: 'deleted-by-nobody',
    name: 'the log has a deletion that nobody asked for',
    into: (lines) =>
      altered(lines, is('log'), (line) => {
        const { event, conversation } = line;
        const number = event.kind === 'edited' ? event.number : 0;
        const isAsked = lines.some(
          (one) =>
            one.line === 'invoked' &&
            one.asked.do === 'delete' &&
            one.asked.conversation === conversation &&
            one.asked.number === number,
        );
        return number === 0 || isAsked ? null : { ...line, event: { kind: 'deleted', number } };
      }),
  },
  {
    law: 2,
    kind: 'erased-by-nobody',
    name: 'a message is shown as erased, and nobody is',
    into: (lines) =>
      alteredShown(lines, (shown) => ({ ...shown, ...{ state: 'erased', text: null } })),
  },
  {
    law: 2,
    kind: 'text-lost',
    name: 'a message is there without its text',
    into: (lines) =>
      alteredShown(lines, (shown) => (shown.text === null ? null : { ...shown, text: null })),
  },
  {
    law: 2,
    kind: 'reply-lost',
    name: 'a timeline shows a reply as none',
    into: (lines) =>
      alteredWhole(lines, 'timeline', (messages) =>
        changedFirst(messages, (shown) =>
          shown.message !== null && shown.replyTo !== null && shown.replyTo >= firstIn(messages)
            ? { ...shown, replyTo: null }
            : null,
        ),
      ),
  },
  {
    law: 4,
    kind: 'stored-twice',
    name: 'a retry is stored once more under the next number',
    into: (lines) =>
      altered(lines, is('log'), (line) =>
        line.event.kind === 'sent'
          ? [line, { ...line, event: { ...line.event, number: line.event.number + 1 } }]
          : null,
      ),
  },
  {
    law: 4,
    kind: 'shown-under-two-numbers',
    name: 'a page ends with a message that it begins with',
    into: (lines) =>
      alteredPage(lines, ({ newest, messages }) => {
        const [first, last] = [messages[0], messages.at(-1)];
        if (!first?.message || !last || first === last) return null;
        const again = { ...first, number: last.number };
        return { newest, messages: messages.with(-1, again) };
      }),
  },
  {
    law: 4,
    kind: 'frame-twice',
    name: 'a device is sent a frame again within one connection',
    into: (lines) => altered(lines, is('frame'), (frame) => (frame.shown ? [frame, frame] : null)),
  },
  {
    law: 6,
    kind: 'overtook-what-was-acknowledged',
    name: 'a message gets a lower number than one acknowledged before it was sent',
    into: overtaking,
  },
  {
    law: 6,
    kind: 'overtook-what-was-read',
    name: 'a message gets a lower number than one that its author had read',
    into: overtakingWhatWasRead,
  },
];

function firstIn([first]: readonly SeenMessage[]): number {
  return first?.number ?? 0;
}

function answeredWell(lines: readonly HistoryLine[]): readonly number[] {
  return lines.flatMap((line) =>
    line.line === 'answered' && line.outcome === 'ok' ? line.op : [],
  );
}

function refusedSend(lines: readonly HistoryLine[]): readonly HistoryLine[] | null {
  const isShown = (message: string) =>
    lines.some((line) => line.line === 'frame' && line.shown?.message === message);
  const one = sendsIn(lines).find(({ message }) => triedOnce(lines, message) && isShown(message));
  if (one === undefined) return null;
  const { op, atMs } = one.answer;
  const refused: HistoryLine = { line: 'answered', op, atMs, outcome: 'refused', code: 'LIMITED' };
  return lines.with(one.at, refused);
}

/** A later send is answered with a number below one acknowledged before it was asked. */
function overtaking(lines: readonly HistoryLine[]): readonly HistoryLine[] | null {
  const sends = sendsIn(lines);
  const places = new Map(lines.map((line, at) => [line, at]));
  for (const one of sends) {
    const askedAt = places.get(one.invoked) ?? 0;
    const before = sends.find(
      (other) => other.conversation === one.conversation && other.at < askedAt && other.number > 1,
    );
    if (before !== undefined && triedOnce(lines, one.message)) {
      return lines.with(one.at, { ...one.answer, number: before.number - 1 });
    }
  }
  return null;
}

/** Its author reads a page that ends far above, and nothing was acknowledged until then. */
function overtakingWhatWasRead(lines: readonly HistoryLine[]): readonly HistoryLine[] | null {
  const first = sendsIn(lines).find(({ number }) => number === 1);
  const shown = lines.find(
    (line) => line.line === 'frame' && line.conversation === first?.conversation && line.shown,
  );
  if (first === undefined || shown?.line !== 'frame' || !shown.shown) return null;
  const { person, session, atMs } = first.invoked;
  const op = 1_000_000;
  const asked = { do: 'read-page', conversation: first.conversation, atLeast: null } as const;
  const page = { newest: true, messages: [{ ...shown.shown, number: 1_000 }] };
  const at = lines.indexOf(first.invoked);
  return [
    ...lines.slice(0, at),
    { line: 'invoked', op, atMs, person, session, asked },
    { line: 'answered', op, atMs, outcome: 'ok', page },
    ...lines.slice(at),
  ];
}
