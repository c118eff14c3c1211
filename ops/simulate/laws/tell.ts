import { PlainError } from '../../plain-error.ts';
import type {
  Answered,
  FinalInbox,
  FinalLogEvent,
  FinalPage,
  Frame,
  HistoryLine,
  InboxRow,
  SeenMessage,
} from '../history.ts';
import {
  followAnswered,
  followConnection,
  followFrame,
  followInvoked,
  followShown,
  messageAt,
} from './follow.ts';
import type { Hearing } from './hearing.ts';
import type { Known, Operation, Place } from './known.ts';
import { conversationOf, placeOf, sessionOf } from './known.ts';
import type { Showing } from './law.ts';
import { addTo } from './spans.ts';
import type { TruthKeeper } from './truth.ts';

/** How much of everything the history told. */
export type Seen = {
  lines: number;
  operations: number;
  unknown: number; // answers that say nothing
  frames: number;
  pages: number;
  shown: number; // messages on pages and in frames
  inboxes: number;
  log: number;
  timelines: number;
  devices: number;
  rebuilds: number;
  lags: number;
};

/** Where the telling is. */
export type Telling = {
  readonly known: Known;
  readonly keeper: TruthKeeper;
  readonly hearing: Hearing;
  readonly seen: Seen;
  atMs: number; // of the newest line that has a time
};

export const nothingSeen: Seen = {
  ...{ lines: 0, operations: 0, unknown: 0, frames: 0, pages: 0, shown: 0, inboxes: 0 },
  ...{ log: 0, timelines: 0, devices: 0, rebuilds: 0, lags: 0 },
};

/** Tells the laws what a line says, and enters it into what is known. */
export function tell(telling: Telling, line: HistoryLine): void {
  const { known, hearing, seen } = telling;
  seen.lines += 1;
  const at = { line: seen.lines };
  if ('atMs' in line) inTime(telling, line.atMs);
  switch (line.line) {
    case 'invoked':
      seen.operations += 1;
      followInvoked(known, at.line, line);
      return;
    case 'answered':
      answered(telling, line);
      return;
    case 'frame':
      frame(telling, line);
      return;
    case 'connected':
    case 'cut':
      followConnection(known, at.line, line);
      return;
    case 'erasing':
      known.erased.add(line.person);
      return;
    case 'faults-healed':
      known.healedLine = at.line;
      return;
    case 'log':
      log(telling, line);
      return;
    case 'timeline':
    case 'device':
      wholeHistory(telling, line);
      return;
    case 'inbox':
      finalInbox(telling, line);
      return;
    case 'rebuild':
      seen.rebuilds += 1;
      for (const hear of hearing.rebuild) hear(line, at);
      return;
    case 'lag':
      seen.lags += 1;
      for (const hear of hearing.lag) hear(line, at);
      return;
    default:
      throw new PlainError(`Line ${at.line} is none of a history: ${JSON.stringify(line)}`);
  }
}

function inTime(telling: Telling, atMs: number): void {
  if (atMs < telling.atMs) {
    const { lines } = telling.seen;
    throw new PlainError(`Line ${lines} is earlier than a line before it: sort them by atMs.`);
  }
  telling.atMs = atMs;
}

/** The laws hear an answer before it is entered, and so see what was known until then. */
function answered(telling: Telling, answer: Answered): void {
  const { known, hearing, seen } = telling;
  const operation = known.operations.get(answer.op);
  if (operation === undefined) {
    throw new PlainError(`Line ${seen.lines} answers operation ${answer.op}, which is not open.`);
  }
  if (answer.outcome === 'unknown') seen.unknown += 1;
  for (const hear of hearing.answered) hear(operation, answer);
  if (answer.page !== undefined) page(telling, operation, answer.page);
  if (answer.inbox !== undefined) {
    inbox(telling, answer.inbox, { person: operation.person, operation });
  }
  followAnswered(known, operation, { line: seen.lines, answer });
}

function page(
  telling: Telling,
  operation: Operation,
  { messages, newest }: NonNullable<Answered['page']>,
): void {
  const { hearing, seen } = telling;
  const { place, session } = operation;
  const line = seen.lines;
  if (place === null) throw new PlainError(`Line ${line} is a page of no conversation.`);
  seen.pages += 1;
  seen.shown += messages.length;
  const reading = { line, operation, place, page: { messages, newest } };
  for (const hear of hearing.page) hear(reading);
  showAll(telling, messages, { line, place, on: 'page', operation, session });
  for (const { number } of messages) addTo(place.numbers, number, line);
  const last = messages.at(-1)?.number ?? 0;
  if (newest && last > place.seen.number) place.seen = { number: last, line, position: null };
}

function inbox(
  { known, hearing, seen }: Telling,
  rows: readonly InboxRow[],
  { person, operation }: { readonly person: string; readonly operation: Operation | null },
): void {
  const line = seen.lines;
  seen.inboxes += 1;
  for (const row of rows) {
    const place = placeOf(conversationOf(known, row.conversation), person);
    const reading = { line, operation, place, row };
    for (const hear of hearing.inboxRow) hear(reading);
    followMarks(place, row, line);
  }
}

function finalInbox(telling: Telling, { person, rows, devices = [] }: FinalInbox): void {
  inbox(telling, rows, { person, operation: null });
  telling.known.finals.set(person, {
    line: telling.seen.lines,
    rows: new Set(rows.map(({ conversation }) => conversation)),
    devices,
  });
}

function followMarks(place: Place, row: InboxRow, line: number): void {
  const { read, delivered } = place.marks;
  if (row.read <= read && row.delivered <= delivered) return;
  place.marks = {
    read: Math.max(row.read, read),
    delivered: Math.max(row.delivered, delivered),
    line,
  };
}

function frame(telling: Telling, one: Frame): void {
  const { known, hearing, seen } = telling;
  const { person, shown } = one;
  const line = seen.lines;
  const place = placeOf(conversationOf(known, one.conversation), person);
  const session = sessionOf(known, one.session, person);
  seen.frames += 1;
  const arrival = { line, frame: one, place, session };
  for (const hear of hearing.frame) hear(arrival);
  if (shown === undefined) return;
  seen.shown += 1;
  show(telling, shown, { line, place, on: 'frame', operation: null, session: session.id });
  addTo(place.numbers, shown.number, line);
  addTo(place.revisions, one.revision, line);
  session.newest.set(place.conversation, one);
  followFrame({ line, place }, one);
}

function log({ known, keeper, hearing, seen }: Telling, line: FinalLogEvent): void {
  const { event } = line;
  seen.log += 1;
  const conversation = conversationOf(known, line.conversation);
  const message =
    event.kind === 'sent'
      ? messageAt(known, conversation.byNumber[event.number], event.message)
      : null;
  for (const hear of hearing.log) hear(line, { line: seen.lines, conversation, message });
  if (message !== null && event.kind === 'sent') {
    if (message.logged === 0) message.logged = event.number;
    if (message.number === 0) message.number = event.number;
    conversation.byNumber[event.number] ??= message;
  }
  keeper.take(line);
}

function wholeHistory(telling: Telling, final: FinalPage): void {
  const { known, hearing, seen } = telling;
  const { person, session, messages, line: on } = final;
  const line = seen.lines;
  const place = placeOf(conversationOf(known, final.conversation), person);
  if (on === 'timeline') seen.timelines += 1;
  else seen.devices += 1;
  for (const hear of hearing.wholeHistory) hear(final, { line, place });
  showAll(telling, messages, { line, place, on, operation: null, session });
  for (const { number } of messages) addTo(place.numbers, number, line);
}

function showAll(
  telling: Telling,
  messages: readonly SeenMessage[],
  of: Omit<Showing, 'message' | 'seen'>,
): void {
  for (const seen of messages) show(telling, seen, of);
}

function show(
  { known, hearing }: Telling,
  seen: SeenMessage,
  { line, place, on, operation, session }: Omit<Showing, 'message' | 'seen'>,
): void {
  const message = followShown(known, { line, conversation: place.conversation }, seen);
  const showing: Showing = { line, seen, message, place, on, operation, session };
  for (const hear of hearing.shown) hear(showing);
}
