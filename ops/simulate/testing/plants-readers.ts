import type { Answered, HistoryLine, SeenMessage } from '../history.ts';
import type { AnsweredSend, Plant } from './planting.ts';
import {
  altered,
  alteredPage,
  alteredShown,
  alteredWhole,
  askedIn,
  changedFirst,
  is,
  isTimeline,
  logIn,
  sendsIn,
  triedOnce,
} from './planting.ts';

/** Laws 3, 5, 9, 10 and 13: what readers see, and how it ends. */
export const plantsOfReaders: readonly Plant[] = [
  {
    law: 3,
    kind: 'page-with-a-hole',
    name: 'a page leaves a message out',
    into: (lines) =>
      alteredPage(lines, ({ newest, messages }) =>
        messages.length > 2 ? { newest, messages: messages.toSpliced(1, 1) } : null,
      ),
  },
  {
    law: 3,
    kind: 'two-messages-one-number',
    name: 'a page has two messages in the wrong order',
    into: (lines) =>
      alteredPage(lines, ({ newest, messages: [one, other, ...rest] }) =>
        one?.message && other?.message
          ? {
              newest,
              messages: [
                { ...other, number: one.number },
                { ...one, number: other.number },
                ...rest,
              ],
            }
          : null,
      ),
  },
  {
    law: 3,
    kind: 'hole-in-the-log',
    name: 'the log skips a number',
    into: (lines) =>
      altered(lines, is('log'), (line) => {
        const { event } = line;
        return event.kind === 'sent'
          ? { ...line, event: { ...event, number: event.number + 1 } }
          : null;
      }),
  },
  {
    law: 3,
    kind: 'log-out-of-order',
    name: 'two events of the log stand in the wrong order',
    into: (lines) => {
      const at = lines.findIndex(
        ({ line }, here) => line === 'log' && lines[here + 1]?.line === line,
      );
      const [one, other] = [lines[at], lines[at + 1]];
      return one && other ? [...lines.slice(0, at), other, one, ...lines.slice(at + 2)] : null;
    },
  },
  {
    law: 3,
    kind: 'frames-out-of-order',
    name: 'a device is sent two events of a conversation in the wrong order',
    into: (lines) => {
      const newest = new Map<string, number>();
      return altered(lines.slice(), is('frame'), (frame, at) => {
        const key = `${frame.session} ${frame.conversation}`;
        const before = newest.get(key);
        const earlier = before === undefined ? undefined : lines[before];
        if (frame.shown) newest.set(key, at);
        const isCut = lines
          .slice(before, at)
          .some((line) => 'cursor' in line && line.session === frame.session);
        if (!frame.shown || earlier?.line !== 'frame' || isCut) return null;
        return earlier.revision < frame.revision
          ? [frame, { ...earlier, atMs: frame.atMs, revision: earlier.revision }]
          : null;
      });
    },
  },
  {
    law: 3,
    kind: 'timeline-lacks',
    name: 'a timeline lacks its newest message',
    into: (lines) =>
      alteredWhole(lines, 'timeline', (messages, { person, conversation }) => {
        const isTold = lines.filter(
          (line) =>
            line.line === 'timeline' &&
            line.person === person &&
            line.conversation === conversation,
        );
        return messages.length > 0 && isTold.length === 1 ? messages.slice(0, -1) : null;
      }),
  },
  {
    law: 5,
    kind: 'seen-then-unseen',
    name: 'a page ends before what she had read',
    into: (lines) =>
      alteredPage(lines, ({ newest, messages }, { at, invoked }) => {
        const [asked, last] = [lines.indexOf(invoked), messages.at(-1)?.number];
        const ops = askedIn(lines.slice(0, asked));
        const { conversation = '' } = 'conversation' in invoked.asked ? invoked.asked : {};
        const hadRead = lines.slice(0, Math.min(asked, at)).some((line) => {
          const before = line.line === 'answered' && line.page ? ops.get(line.op) : undefined;
          if (line.line !== 'answered' || !before || !('conversation' in before.asked))
            return false;
          return (
            before.person === invoked.person &&
            before.asked.conversation === conversation &&
            line.page?.messages.at(-1)?.number === last
          );
        });
        if (!hadRead || messages.length < 2) return null;
        return { newest, messages: messages.slice(0, -1) };
      }),
  },
  {
    law: 5,
    kind: 'own-write-not-read',
    name: 'a page of at least her own message does not have it',
    into: (lines) => {
      const sends = sendsIn(lines);
      return readAfter(lines, (invoked, at) => {
        const hers = sends.filter((send) => isHers(send, invoked) && send.at < at);
        return newestOf(hers);
      });
    },
  },
  {
    law: 5,
    kind: 'received-then-not-read',
    name: 'a page of at least the position of a frame does not have its message',
    into: (lines) => {
      const frames = lines.filter(is('frame')).filter(({ kind }) => kind === 'sent');
      return readAfter(lines, (invoked) => {
        const hers = frames.filter(
          ({ person, conversation, atMs }) =>
            person === invoked.person &&
            conversation === conversationOf(invoked) &&
            atMs < invoked.atMs,
        );
        const numbered = hers.map(({ shown, position }) => ({
          number: shown?.number ?? 0,
          position,
        }));
        return newestOf(numbered);
      });
    },
  },
  {
    law: 5,
    kind: 'deletion-unseen',
    name: 'a message that somebody read as deleted is read again',
    into: (lines) => {
      const deleted = new Map<string, string>();
      const messages = new Map(
        logIn(lines).flatMap(({ event, conversation }) =>
          event.kind === 'sent' ? [[`${conversation} ${event.number}`, event.message]] : [],
        ),
      );
      const asked = askedIn(lines);
      for (const [at, line] of lines.entries()) {
        const invoked = line.line === 'answered' && line.page ? asked.get(line.op) : undefined;
        if (line.line !== 'answered' || !line.page || !invoked) continue;
        const conversation = conversationOf(invoked);
        const seen = changedFirst<SeenMessage>(line.page.messages, (message) => {
          const key = `${conversation} ${message.number}`;
          const since = lines.indexOf(invoked);
          const isKnown = deleted.has(key) && Number(deleted.get(key)) < since;
          if (message.state === 'deleted' && !isKnown) deleted.set(key, String(at));
          const id = messages.get(key) ?? null;
          return message.state === 'deleted' && isKnown
            ? { ...message, message: id, state: 'present', text: null }
            : null;
        });
        if (seen) return lines.with(at, { ...line, page: { ...line.page, messages: seen } });
      }
      return null;
    },
  },
  {
    law: 5,
    kind: 'reply-before-parent',
    name: 'a reply stands before its parent',
    into: (lines) =>
      alteredShown(lines, (shown) =>
        shown.replyTo === null ? null : { ...shown, replyTo: shown.number + 1 },
      ),
  },
  {
    law: 9,
    kind: 'device-lacks',
    name: 'a device missed the newest message',
    into: (lines) =>
      alteredWhole(lines, 'device', (messages) =>
        messages.length > 0 ? messages.slice(0, -1) : null,
      ),
  },
  {
    law: 9,
    kind: 'device-has-more',
    name: 'a device has a message that a fresh read has not',
    into: (lines) =>
      alteredWhole(lines, 'device', (messages) => {
        const last = messages.at(-1);
        return last ? [...messages, { ...last, number: last.number + 1 }] : null;
      }),
  },
  {
    law: 9,
    kind: 'device-differs',
    name: 'a device missed an edit',
    into: (lines) =>
      alteredWhole(lines, 'device', (messages) =>
        changedFirst(messages, (message) =>
          message.text === null ? null : { ...message, text: 'as it was before' },
        ),
      ),
  },
  {
    law: 10,
    kind: 'rebuild-differs',
    name: 'a rebuilt read model differs in a row',
    into: (lines) =>
      altered(lines, is('rebuild'), (rebuild) => ({ ...rebuild, differing: ['inbox.head c1'] })),
  },
  {
    law: 10,
    kind: 'timelines-differ',
    name: 'a rebuilt timeline lacks an edit',
    into: (lines) =>
      altered(lines, isTimeline, (timeline) => {
        const messages = changedFirst(timeline.messages, (message) =>
          message.text === null ? null : { ...message, text: 'as it was before' },
        );
        return messages && [timeline, { ...timeline, messages }];
      }),
  },
  {
    law: 13,
    kind: 'never-resolved',
    name: 'a send got no answer, and nobody tried again',
    into: (lines) => {
      const one = sendsIn(lines).find(({ message }) => triedOnce(lines, message));
      if (one === undefined) return null;
      const { op, atMs } = one.answer;
      const unknown: Answered = { line: 'answered', op, atMs, outcome: 'unknown' };
      return lines.with(one.at, unknown);
    },
  },
  {
    law: 13,
    kind: 'never-answered',
    name: 'a read after healing has no answer',
    into: (lines) =>
      altered(lines, is('faults-healed'), (healed) => {
        const { atMs } = healed;
        const asked = { do: 'read-inbox', atLeast: null } as const;
        return [
          healed,
          { line: 'invoked', op: 1_000_000, atMs, person: 'p1', session: 's', asked },
        ];
      }),
  },
  {
    law: 13,
    kind: 'lag-remains',
    name: 'a consumer never catches up',
    into: (lines) =>
      lines.map((line) =>
        line.line === 'lag' && line.consumer === 'courier' ? { ...line, events: 3 } : line,
      ),
  },
  {
    law: 13,
    kind: 'lag-too-long',
    name: 'a consumer takes far too long to catch up',
    into: (lines) =>
      lines.map((line) =>
        line.line === 'lag' && line.events === 0 ? { ...line, sinceHealedMs: 1e6 } : line,
      ),
  },
];

type Invocation = Extract<HistoryLine, { readonly line: 'invoked' }>;
type Certain = { readonly number: number; readonly position: string };

/** Empties a page that was asked for at the position of something certain. */
function readAfter(
  lines: readonly HistoryLine[],
  certainBefore: (invoked: Invocation, at: number) => Certain | null,
): readonly HistoryLine[] | null {
  for (const [at, line] of lines.entries()) {
    if (line.line !== 'invoked' || line.asked.do !== 'read-page') continue;
    const certain = certainBefore(line, at);
    const answered = lines.findIndex((one) => one.line === 'answered' && one.op === line.op);
    const answer = lines[answered];
    if (certain === null || answer?.line !== 'answered' || !answer.page) continue;
    const messages = answer.page.messages.filter(({ number }) => number < certain.number);
    if (messages.length === 0) continue;
    const asked = { ...line.asked, atLeast: certain.position };
    return lines
      .with(at, { ...line, asked })
      .with(answered, { ...answer, page: { newest: true, messages } });
  }
  return null;
}

function conversationOf({ asked }: Invocation): string {
  return 'conversation' in asked ? asked.conversation : '';
}

function isHers(send: AnsweredSend, invoked: Invocation): boolean {
  return send.invoked.person === invoked.person && send.conversation === conversationOf(invoked);
}

function newestOf(
  all: readonly {
    readonly number: number;
    readonly position?: string;
    readonly answer?: Answered;
  }[],
): Certain | null {
  const newest = all.toSorted((a, b) => b.number - a.number)[0];
  const position = newest?.position ?? newest?.answer?.position;
  return newest && position ? { number: newest.number, position } : null;
}
