import type {
  Answered,
  FinalLogEvent,
  FinalPage,
  Frame,
  HistoryLine,
  InboxRow,
  Invoked,
  Page,
  SeenMessage,
} from '../history.ts';

/** A defect in a clean history, and the kind under which it must be found. */
export type Plant = {
  readonly law: number;
  readonly kind: string;
  readonly name: string;
  /** The history with the defect; null where nothing in it can bear it. */
  into(lines: readonly HistoryLine[]): readonly HistoryLine[] | null;
};

export function is<What extends HistoryLine['line']>(what: What) {
  return (line: HistoryLine): line is Extract<HistoryLine, { readonly line: What }> =>
    line.line === what;
}

export function isTimeline(line: HistoryLine): line is FinalPage {
  return line.line === 'timeline';
}

/** Changes the first line of its kind, from the middle on, that the change takes. */
export function altered<Line extends HistoryLine>(
  lines: readonly HistoryLine[],
  isOne: (line: HistoryLine) => line is Line,
  change: (line: Line, at: number) => HistoryLine | readonly HistoryLine[] | null,
): readonly HistoryLine[] | null {
  const middle = lines.length >> 1;
  for (let step = 0; step < lines.length; step += 1) {
    const at = (middle + step) % lines.length;
    const line = lines[at];
    const changed = line && isOne(line) ? change(line, at) : null;
    if (changed !== null) return [...lines.slice(0, at), changed, ...lines.slice(at + 1)].flat();
  }
  return null;
}

/** Changes a message of a page, or of the page of a frame, that has room for it. */
export function alteredPage(
  lines: readonly HistoryLine[],
  change: (page: Page, at: Reading) => Page | null,
): readonly HistoryLine[] | null {
  const asked = askedIn(lines);
  return altered(lines, is('answered'), (answer, at) => {
    const invoked = asked.get(answer.op);
    const page = answer.page && invoked && change(answer.page, { at, invoked });
    return page ? { ...answer, page } : null;
  });
}

export type Reading = { readonly at: number; readonly invoked: Invoked };

export function alteredRow(
  lines: readonly HistoryLine[],
  change: (row: InboxRow) => InboxRow | null,
): readonly HistoryLine[] | null {
  return altered(lines, is('answered'), (answer) => {
    const inbox = changedFirst(answer.inbox ?? [], change);
    return inbox && { ...answer, inbox };
  });
}

export function alteredShown(
  lines: readonly HistoryLine[],
  change: (shown: SeenMessage, frame: Frame) => SeenMessage | null,
): readonly HistoryLine[] | null {
  return altered(lines, is('frame'), (frame) => {
    const shown = frame.shown && change(frame.shown, frame);
    return shown ? { ...frame, shown } : null;
  });
}

export function alteredWhole(
  lines: readonly HistoryLine[],
  what: 'timeline' | 'device',
  change: (messages: FinalPage['messages'], of: FinalPage) => FinalPage['messages'] | null,
): readonly HistoryLine[] | null {
  const isWhole = (line: HistoryLine): line is FinalPage => line.line === what;
  return altered(lines, isWhole, (whole) => {
    const messages = change(whole.messages, whole);
    return messages && { ...whole, messages };
  });
}

/** The first of them that the change takes, changed; null: none. */
export function changedFirst<Item>(
  items: readonly Item[],
  change: (item: Item, at: number) => Item | null,
): readonly Item[] | null {
  for (const [at, item] of items.entries()) {
    const changed = change(item, at);
    if (changed !== null) return items.with(at, changed);
  }
  return null;
}

export function askedIn(lines: readonly HistoryLine[]): ReadonlyMap<number, Invoked> {
  return new Map(lines.filter(is('invoked')).map((invoked) => [invoked.op, invoked]));
}

/** Sends that were answered well, with what was asked, in the order of their answers. */
export function sendsIn(lines: readonly HistoryLine[]): readonly AnsweredSend[] {
  const asked = askedIn(lines);
  return lines.flatMap((answer, at) => {
    if (answer.line !== 'answered' || answer.outcome !== 'ok') return [];
    const invoked = asked.get(answer.op);
    if (invoked?.asked.do !== 'send' || answer.number === undefined) return [];
    const { conversation, message } = invoked.asked;
    return [{ at, answer, invoked, conversation, message, number: answer.number }];
  });
}

export type AnsweredSend = {
  readonly at: number;
  readonly answer: Answered;
  readonly invoked: Invoked;
  readonly conversation: string;
  readonly message: string;
  readonly number: number;
};

/** Whether the message was tried once only, so that its one answer is all that is known of it. */
export function triedOnce(lines: readonly HistoryLine[], message: string): boolean {
  const attempts = lines.filter(
    (line) => line.line === 'invoked' && line.asked.do === 'send' && line.asked.message === message,
  );
  return attempts.length === 1;
}

export function logIn(lines: readonly HistoryLine[]): readonly FinalLogEvent[] {
  return lines.filter(is('log'));
}

/** Who is taken out of a group for good, and by which event. */
export function goersIn(lines: readonly HistoryLine[]): readonly Goer[] {
  const log = logIn(lines);
  const channels = new Set(
    log.flatMap(({ conversation, event }) =>
      event.kind === 'started' && event.conversationKind === 'channel' ? conversation : [],
    ),
  );
  return log.flatMap(({ conversation, event, revision, position }, at) => {
    if (event.kind !== 'removed' && event.kind !== 'left') return [];
    const [person] = event.people;
    const comesAgain = log.slice(at).some(({ conversation: where, event: later }) => {
      return (
        where === conversation && later.kind === 'joined' && later.people.includes(person ?? '')
      );
    });
    if (person === undefined || comesAgain || channels.has(conversation)) return [];
    return [{ person, conversation, revision, position }];
  });
}

export type Goer = {
  readonly person: string;
  readonly conversation: string;
  readonly revision: number;
  readonly position: string;
};
