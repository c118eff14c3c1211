import type { Answered, Asked, Connection, Frame, Invoked, SeenMessage } from '../history.ts';
import type {
  Certain,
  Conversation,
  Known,
  Message,
  Operation,
  Place,
  TextChange,
} from './known.ts';
import { conversationOf, noteDeletion, nothingCertain, placeOf, sessionOf } from './known.ts';

/** Enters what was asked; what the laws need to know of the moment is kept with it. */
export function followInvoked(known: Known, line: number, invoked: Invoked): Operation {
  const { op, person, session, asked } = invoked;
  const conversation =
    'conversation' in asked ? conversationOf(known, asked.conversation) : undefined;
  const place = conversation === undefined ? null : placeOf(conversation, person);
  const message = asked.do === 'send' && place ? attempted(known, { line, asked, place }) : null;
  const change = asked.do === 'edit' && conversation ? changed(conversation, asked, line) : null;
  if (asked.do === 'delete' && conversation) noteDeletion(conversation, asked.number);
  if (asked.do === 'clear' && place) place.clearingAsked = true;
  for (const gone of goers(conversation, asked, person)) gone.goneAsked = true;
  for (const coming of comers(conversation, asked, person)) coming.comingsOpen += 1;
  const operation: Operation = {
    op,
    line,
    person,
    session,
    asked,
    message,
    change,
    place,
    afterNumber: conversation?.acknowledged ?? 0,
    certain: asked.do === 'read-page' && place ? certainIn(place) : nothingCertain,
  };
  known.operations.set(op, operation);
  return operation;
}

/** Enters what it came to. */
export function followAnswered(known: Known, operation: Operation, at: AnswerAt): void {
  const { asked, message, change, place, person } = operation;
  const { outcome } = at.answer;
  known.operations.delete(operation.op);
  if (message !== null && place !== null) answeredSend(message, place, at);
  if (change !== null) change.outcome = outcome;
  if (asked.do === 'start' && outcome === 'ok' && at.answer.conversation !== undefined) {
    conversationOf(known, at.answer.conversation).founders = new Set([person, ...asked.people]);
  }
  const conversation = place?.conversation;
  for (const coming of comers(conversation, asked, person)) {
    if (outcome !== 'unknown') coming.comingsOpen -= 1;
    coming.cameLine = at.line;
  }
  if (outcome !== 'ok') return;
  const position = at.answer.position ?? null;
  for (const gone of goers(conversation, asked, person)) {
    gone.gone = { number: 0, line: operation.line, position };
  }
  if (asked.do === 'clear' && place) {
    const upTo = Math.min(asked.upTo ?? operation.afterNumber, operation.afterNumber);
    if (upTo > place.cleared.number) place.cleared = { number: upTo, line: at.line, position };
  }
}

export type AnswerAt = { readonly line: number; readonly answer: Answered };

/** Enters that a message was seen; the first to show a number says what it is. */
export function followShown(
  known: Known,
  at: { readonly line: number; readonly conversation: Conversation },
  { number, message: id }: SeenMessage,
): Message | null {
  const message = messageAt(known, at.conversation.byNumber[number], id);
  if (message === null) return null;
  if (message.shownLine === 0) message.shownLine = at.line;
  if (message.number === 0) message.number = number;
  at.conversation.byNumber[number] ??= message;
  return message;
}

/** Comparing with what the number is known to be costs less than looking it up. */
export function messageAt(
  { messages }: Known,
  bound: Message | undefined,
  id: string | null,
): Message | null {
  if (id === null) return null;
  return bound?.id === id ? bound : (messages.get(id) ?? null);
}

export function followConnection(known: Known, line: number, connection: Connection): void {
  const session = sessionOf(known, connection.session, connection.person);
  session.newest.clear();
  if (connection.line === 'connected') session.connectedLine = line;
}

/** Enters a frame after the laws have looked at it. */
export function followFrame(
  at: { readonly line: number; readonly place: Place },
  { kind, shown, position }: Frame,
): void {
  const { place, line } = at;
  if (kind !== 'sent' || shown === undefined || shown.number <= place.received.number) return;
  place.received = { number: shown.number, line, position };
}

function certainIn({ seen, own, received, cleared }: Place): Certain {
  return { seen, own, received, cleared };
}

/** The people whom this would bring in. */
function comers(
  conversation: Conversation | undefined,
  asked: Asked,
  person: string,
): readonly Place[] {
  if (conversation === undefined) return none;
  if (asked.do === 'join') return [placeOf(conversation, person)];
  if (asked.do !== 'add') return none;
  return asked.people.map((who) => placeOf(conversation, who));
}

/** The people whom this would take out. */
function goers(
  conversation: Conversation | undefined,
  asked: Asked,
  person: string,
): readonly Place[] {
  if (conversation === undefined) return none;
  if (asked.do === 'leave') return [placeOf(conversation, person)];
  if (asked.do !== 'remove') return none;
  return asked.people.map((who) => placeOf(conversation, who));
}

const none: readonly Place[] = [];

type Attempt = {
  readonly line: number;
  readonly asked: Extract<Asked, { readonly do: 'send' }>;
  readonly place: Place;
};

function attempted(known: Known, { line, asked, place }: Attempt): Message {
  const found = known.messages.get(asked.message);
  if (found !== undefined) {
    found.open += 1;
    found.last = 'asked';
    return found;
  }
  const { conversation, person: author } = place;
  const message: Message = {
    id: asked.message,
    conversation,
    author,
    text: asked.text,
    replyTo: asked.replyTo,
    line,
    afterNumber: conversation.acknowledged,
    afterSeen: place.seen.number,
    open: 1,
    unknown: 0,
    last: 'asked',
    acknowledged: 0,
    acknowledgedLine: 0,
    number: 0,
    logged: 0,
    shownLine: 0,
  };
  known.messages.set(asked.message, message);
  return message;
}

function changed(
  { edits }: Conversation,
  { number, text }: Extract<Asked, { readonly do: 'edit' }>,
  line: number,
): TextChange {
  const change: TextChange = { text, line, outcome: 'open' };
  const before = edits.get(number);
  if (before === undefined) edits.set(number, [change]);
  else before.push(change);
  return change;
}

function answeredSend(message: Message, place: Place, { line, answer }: AnswerAt): void {
  const { outcome, number, position = null } = answer;
  message.open -= 1;
  message.last = outcome;
  if (outcome === 'unknown') message.unknown += 1;
  if (outcome !== 'ok') return;
  if (message.acknowledgedLine === 0) message.acknowledgedLine = line;
  if (number === undefined) return;
  const { conversation } = message;
  if (message.acknowledged === 0) message.acknowledged = number;
  if (message.number === 0) message.number = number;
  conversation.byNumber[number] ??= message;
  if (number > conversation.acknowledged) {
    conversation.acknowledged = number;
    conversation.acknowledgedBy = message;
  }
  if (number > place.own.number) place.own = { number, line, position };
}
