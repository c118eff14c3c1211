import type { Answered, Asked, ConversationKind, LogEvent } from '../history.ts';
import type { MadeConversation, MadeEvent } from './made-conversation.ts';
import {
  emptyConversation,
  fold,
  inboxRowOf,
  placeIn,
  stretch,
  windowIn,
} from './made-conversation.ts';

/** What the answer to an operation says, without when. */
export type Outcome = Omit<Answered, 'line' | 'op' | 'atMs'>;

/**
 * A messenger that keeps every law, small enough to be seen through: a log, the conversations as
 * the log has them, and the same conversations as read models show them, some events behind.
 */
export type MadePlatform = {
  readonly log: readonly MadeEvent[];
  readonly conversations: ReadonlyMap<string, MadeConversation>;
  readonly shown: ReadonlyMap<string, MadeConversation>;
  /** Does it, and says what its sender is told. */
  ask(person: string, asked: Asked): Outcome;
  /** Lets the read models catch up by so many events, or to the end. */
  project(events: number): void;
  conversationsOf(person: string): readonly string[];
};

export function openMadePlatform(heard: (event: MadeEvent) => void): MadePlatform {
  const log: MadeEvent[] = [];
  const conversations = new Map<string, MadeConversation>();
  const shown = new Map<string, MadeConversation>();
  const revisions = new Map<string, number>(); // by stream
  const numbers = new Map<string, Stored>(); // by client id
  const hers = new Map<string, string[]>();
  let projected = 0;
  const append = ({ conversation, stream = conversation.id, text = '' }: To, event: LogEvent) => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const position = String(log.length * 3 + 1);
    const made: MadeEvent = {
      line: { line: 'log', conversation: conversation.id, revision, position, event },
      text,
    };
    log.push(made);
    fold(conversation, made);
    heard(made);
    return position;
  };
  const project = (events: number): void => {
    const to = Math.min(log.length, projected + events);
    for (; projected < to; projected += 1) {
      const made = log[projected];
      const of = made && shown.get(made.line.conversation);
      if (of) fold(of, made);
    }
  };
  const open = (id: string, kind: ConversationKind, fromJoining: boolean): MadeConversation => {
    const conversation = emptyConversation({ id, kind, fromJoining });
    conversations.set(id, conversation);
    shown.set(id, emptyConversation({ id, kind, fromJoining }));
    return conversation;
  };
  const enter = (person: string, id: string): void => {
    const list = hers.get(person) ?? [];
    hers.set(person, list);
    if (!list.includes(id)) list.push(id);
  };
  const reached = (atLeast: string | null): void => {
    if (atLeast !== null) project((Number(atLeast) - 1) / 3 + 1 - projected);
  };
  const platform = { append, conversations, shown, numbers, hers, open, enter, reached };
  return {
    log,
    conversations,
    shown,
    project,
    conversationsOf: (person) => hers.get(person) ?? [],
    ask: (person, asked) => answerOf(platform, person, asked),
  };
}

type To = {
  readonly conversation: MadeConversation;
  readonly stream?: string;
  readonly text?: string;
};
type Stored = { readonly number: number; readonly position: string };

type Inside = {
  readonly append: (to: To, event: LogEvent) => string;
  readonly conversations: ReadonlyMap<string, MadeConversation>;
  readonly shown: ReadonlyMap<string, MadeConversation>;
  readonly numbers: Map<string, Stored>;
  readonly hers: ReadonlyMap<string, readonly string[]>;
  readonly open: (id: string, kind: ConversationKind, fromJoining: boolean) => MadeConversation;
  readonly enter: (person: string, id: string) => void;
  readonly reached: (atLeast: string | null) => void;
};

const refused = (code: string): Outcome => ({ outcome: 'refused', code });

function answerOf(inside: Inside, person: string, asked: Asked): Outcome {
  if (asked.do === 'start') return start(inside, person, asked);
  if (asked.do === 'read-inbox') return readInbox(inside, person, asked.atLeast);
  const conversation = inside.conversations.get(asked.conversation);
  if (conversation === undefined) return refused('NOT_FOUND');
  const { isMember } = placeIn(conversation, person);
  switch (asked.do) {
    case 'read-page':
      return readPage(inside, { person, asked });
    case 'send':
      return send(inside, { person, asked, conversation });
    case 'join':
      if (isMember) return { outcome: 'ok' };
      inside.enter(person, conversation.id);
      return move(inside, conversation, { kind: 'joined', people: [person] });
    case 'leave':
      if (!isMember) return { outcome: 'ok' };
      return move(inside, conversation, { kind: 'left', people: [person] });
    case 'close':
      return refused('NOT_ALLOWED');
    default:
      return isMember ? change(inside, { person, asked, conversation }) : refused('NOT_A_MEMBER');
  }
}

type Doing<What extends Asked['do']> = {
  readonly person: string;
  readonly asked: Extract<Asked, { readonly do: What }>;
  readonly conversation: MadeConversation;
};

/** A client id is stored once; repeats get the first answer. */
function send(
  { append, numbers }: Inside,
  { person, asked, conversation }: Doing<'send'>,
): Outcome {
  const before = numbers.get(asked.message);
  if (before !== undefined) return { outcome: 'ok', ...before };
  if (!placeIn(conversation, person).isMember) return refused('NOT_A_MEMBER');
  const number = conversation.messages.length + 1;
  const { message, replyTo, text } = asked;
  const position = append(
    { conversation, text },
    { kind: 'sent', number, message, author: person, replyTo },
  );
  numbers.set(message, { number, position });
  return { outcome: 'ok', number, position };
}

function change(
  inside: Inside,
  { person, asked, conversation }: Doing<'add' | 'remove' | 'edit' | 'delete' | 'mark' | 'clear'>,
): Outcome {
  const { append } = inside;
  if ('people' in asked) {
    return move(inside, conversation, {
      kind: asked.do === 'add' ? 'joined' : 'removed',
      people: asked.people.filter(
        (who) => placeIn(conversation, who).isMember === (asked.do === 'remove'),
      ),
    });
  }
  if (asked.do === 'mark' || asked.do === 'clear') {
    const event = kept(conversation, person, asked);
    if (event === null) return { outcome: 'ok' };
    return {
      outcome: 'ok',
      position: append({ conversation, stream: `${conversation.id}_${person}` }, event),
    };
  }
  const message = conversation.messages[asked.number - 1];
  if (message?.author !== person) return refused('NOT_ALLOWED');
  if (message.isDeleted) return asked.do === 'delete' ? { outcome: 'ok' } : refused('DELETED');
  if (asked.do === 'edit' && asked.text === message.text) return { outcome: 'ok' };
  const { number } = message;
  const event: LogEvent =
    asked.do === 'edit'
      ? { kind: 'edited', number, text: asked.text }
      : { kind: 'deleted', number };
  return { outcome: 'ok', position: append({ conversation }, event) };
}

/** What one person keeps about the conversation; null: it is so already. */
function kept(
  conversation: MadeConversation,
  person: string,
  asked: Extract<Asked, { readonly do: 'mark' | 'clear' }>,
): LogEvent | null {
  const place = placeIn(conversation, person);
  const last = conversation.messages.length;
  if (asked.do === 'clear') {
    const upTo = Math.min(asked.upTo ?? last, last);
    return upTo > place.cleared ? { kind: 'cleared', person, upTo } : null;
  }
  const read = Math.max(place.read, Math.min(asked.read ?? 0, last));
  const delivered = Math.max(place.delivered, read, Math.min(asked.delivered ?? 0, last));
  if (read === place.read && delivered === place.delivered) return null;
  return { kind: 'marked', person, delivered, read };
}

function move(
  { append, enter }: Inside,
  conversation: MadeConversation,
  event: Extract<LogEvent, { readonly kind: 'joined' | 'left' | 'removed' }>,
): Outcome {
  if (event.people.length === 0) return { outcome: 'ok' };
  if (event.kind === 'joined') for (const person of event.people) enter(person, conversation.id);
  const [who] = event.people;
  const stream = conversation.kind === 'channel' ? `${conversation.id}_${who}` : conversation.id;
  return { outcome: 'ok', position: append({ conversation, stream }, event) };
}

/** Every fourth group shows who comes nothing of what was said before. */
function start(
  { open, append, enter, conversations }: Inside,
  person: string,
  { kind, people }: Extract<Asked, { readonly do: 'start' }>,
): Outcome {
  const id = `c${conversations.size + 1}`;
  const fromJoining = kind === 'group' && conversations.size % 4 === 3;
  const conversation = open(id, kind, fromJoining);
  const everybody = [person, ...people];
  for (const who of everybody) enter(who, id);
  const historyVisible = fromJoining ? 'from-joining' : 'from-start';
  const position = append(
    { conversation },
    { kind: 'started', conversationKind: kind, people: everybody, historyVisible },
  );
  return { outcome: 'ok', conversation: id, position };
}

const pageRows = 10;

function readPage(
  { shown, reached }: Inside,
  { person, asked }: Pick<Doing<'read-page'>, 'person' | 'asked'>,
): Outcome {
  reached(asked.atLeast);
  const conversation = shown.get(asked.conversation);
  const window = conversation && windowIn(conversation, person);
  if (!conversation || !window) return { outcome: 'ok', page: { newest: true, messages: [] } };
  const from = Math.max(window.from, window.to - pageRows + 1);
  return {
    outcome: 'ok',
    page: { newest: true, messages: stretch(conversation, from, window.to) },
  };
}

function readInbox({ shown, hers, reached }: Inside, person: string, atLeast: string | null) {
  reached(atLeast);
  const inbox = (hers.get(person) ?? [])
    .slice(-pageRows)
    .flatMap((id) => shown.get(id) ?? [])
    .filter((conversation) => conversation.people.get(person)?.isMember)
    .map((conversation) => inboxRowOf(conversation, person));
  return { outcome: 'ok' as const, inbox };
}
