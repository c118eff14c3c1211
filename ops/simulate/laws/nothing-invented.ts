import type { LogEvent } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Conversation, Known, Message, TextChange } from './known.ts';
import { holds, mayExist, named, shortened } from './known.ts';
import type { Law, LogPlace, Showing } from './law.ts';
import type { Truth } from './truth.ts';
import { windowOf } from './truth.ts';

const number = 2;

/** Law 2. What is shown or stored is held against what was asked until then. */
export function nothingInventedLaw(known: Known, truth: Truth, findings: Findings): Law {
  const report = (kind: string, line: number, says: string) =>
    findings.report({ law: number, kind, line, says });
  const unanswering: { readonly showing: Showing; readonly message: Message }[] = [];
  return {
    number,
    sentence: 'Nothing appears that was not sent; a refused command leaves nothing.',
    shown: (showing) => {
      const { message, seen, line, on } = showing;
      const wrong = wrongIn(showing, known);
      if (wrong !== null) report(wrong.kind, line, `${saw(showing)}: ${wrong.says}`);
      else if (on === 'timeline' && message !== null && message.replyTo !== seen.replyTo) {
        unanswering.push({ showing, message });
      }
    },
    log: ({ event, position }, at) => {
      const wrong = wrongInLog(event, at);
      const where = `the log of ${at.conversation.id} at position ${position}`;
      if (wrong !== null) report(wrong.kind, at.line, `${where}: ${wrong.says}`);
    },
    end: () => {
      for (const { showing, message } of unanswering) {
        const wrong = lostReplyAtTheEnd(showing, { message, truth });
        if (wrong !== null) report(wrong.kind, showing.line, `${saw(showing)}: ${wrong.says}`);
      }
      for (const message of known.messages.values()) {
        if (mayExist(message) || message.shownLine === 0) continue;
        const says = `${named(message)} was refused each time it was sent, and somebody saw it.`;
        report('refused-but-shown', message.shownLine, says);
      }
    },
  };
}

type Wrong = { readonly kind: string; readonly says: string };

function saw({ place, seen, on }: Showing): string {
  return `${place.person} saw number ${seen.number} of ${place.conversation.id} (${on})`;
}

function wrongIn(
  { seen, message, place: { conversation } }: Showing,
  { erased }: Known,
): Wrong | null {
  const { state, text } = seen;
  if (state === 'erased' && !erased.has(seen.author)) {
    return { kind: 'erased-by-nobody', says: 'it is erased, and its author is not.' };
  }
  if (state === 'present' && text === null) {
    return { kind: 'text-lost', says: 'it is there, and has no text.' };
  }
  if (state === 'deleted' && !holds(conversation.deletions, seen.number)) {
    return { kind: 'deleted-by-nobody', says: 'it is deleted, and nobody asked for that.' };
  }
  if (message === null) {
    if (seen.message === null && text === null) return null;
    return { kind: 'never-sent', says: `“${shortened(text ?? '')}” was sent by nobody.` };
  }
  const wrong = wrongSender(message, { conversation, author: seen.author });
  if (wrong !== null) return wrong;
  if (text !== null && text !== message.text && !asked(conversation, seen.number, text)) {
    const says = `${named(message)} has the text “${shortened(text)}”, which nobody gave it.`;
    return { kind: 'text-nobody-wrote', says };
  }
  if (seen.replyTo === null || seen.replyTo === message.replyTo) return null;
  const says =
    `${named(message)} replies to ${message.replyTo}, and is shown as to ` + `${seen.replyTo}.`;
  return { kind: 'another-reply', says };
}

/**
 * A reply that is shown as none. Only the end tells: who came later or cleared may not see what it
 * answers, and what waits behind an event that no read model could take is not there yet.
 */
function lostReplyAtTheEnd(
  { place: { conversation, person } }: Showing,
  { message, truth }: { readonly message: Message; readonly truth: Truth },
): Wrong | null {
  const window = windowOf(truth.conversations.get(conversation.id)?.people.get(person));
  if (window === null || (message.replyTo ?? 0) < window.from) return null;
  return unanswered(message);
}

function unanswered(message: Message): Wrong {
  const says = `${named(message)} replies to ${message.replyTo}, and is shown as no reply.`;
  return { kind: 'reply-lost', says };
}

function wrongInLog(event: LogEvent, { conversation, message }: LogPlace): Wrong | null {
  if (event.kind === 'sent') {
    if (message === null) {
      return { kind: 'never-sent', says: `message ${event.message} was sent by nobody.` };
    }
    if (!mayExist(message)) {
      const says = `${named(message)} was refused each time it was sent.`;
      return { kind: 'refused-but-stored', says };
    }
    return wrongSender(message, { conversation, author: event.author });
  }
  if (event.kind === 'deleted' && !holds(conversation.deletions, event.number)) {
    const says = `number ${event.number} is deleted, and nobody asked for that.`;
    return { kind: 'deleted-by-nobody', says };
  }
  if (event.kind !== 'edited') return null;
  const edit = editOf(conversation, event.number, event.text);
  const what = `number ${event.number} gets the text “${shortened(event.text)}”`;
  if (edit === undefined) {
    return { kind: 'text-nobody-wrote', says: `${what}, which nobody gave it.` };
  }
  if (edit.outcome !== 'refused') return null;
  return { kind: 'refused-but-stored', says: `${what}, which was refused (line ${edit.line}).` };
}

function wrongSender(
  message: Message,
  shown: { readonly conversation: Conversation; readonly author: string },
): Wrong | null {
  if (message.conversation !== shown.conversation) {
    const says = `${named(message)} was sent to ${message.conversation.id}.`;
    return { kind: 'in-another-conversation', says };
  }
  if (message.author === shown.author) return null;
  return { kind: 'another-author', says: `${named(message)} stands under ${shown.author}.` };
}

function asked(conversation: Conversation, at: number, text: string): boolean {
  const edit = editOf(conversation, at, text);
  return edit !== undefined && edit.outcome !== 'refused';
}

/** The asking for this text that went best: refused only where all were. */
function editOf({ edits }: Conversation, at: number, text: string): TextChange | undefined {
  const same = edits.get(at)?.filter((edit) => edit.text === text);
  return same?.find(({ outcome }) => outcome !== 'refused') ?? same?.[0];
}
