import type { Asked } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Known, Message, Operation } from './known.ts';
import { named } from './known.ts';
import type { Law } from './law.ts';
import type { Truth } from './truth.ts';

const number = 1;

/** Law 1. Everything that was acknowledged is held against the log at the end. */
export function acknowledgedLaw(known: Known, truth: Truth, { report }: Findings): Law {
  const others: Operation[] = []; // acknowledged changes that are no messages
  const logged = (message: Message) => {
    const { acknowledged, acknowledgedLine: line, conversation } = message;
    const under = acknowledged === 0 ? '' : ` as number ${acknowledged}`;
    const told = `${named(message)} was acknowledged in ${conversation.id}${under}`;
    if (message.logged === 0) {
      const says = `${told}; the log does not have it.`;
      report({ law: number, kind: 'acknowledged-message-lost', line, says });
    } else if (acknowledged > 0 && message.logged !== acknowledged) {
      const says = `${told}; the log has it as number ${message.logged}.`;
      report({ law: number, kind: 'acknowledged-under-another-number', line, says });
    }
  };
  return {
    number,
    sentence: 'An acknowledged message is in the log for ever, with its acknowledged number.',
    answered: (operation, { outcome, number: told }) => {
      const { message, asked } = operation;
      if (outcome !== 'ok') return;
      if (message === null) {
        if (asked.do in lostIn) others.push(operation);
      } else if (told !== undefined && message.acknowledged > 0 && message.acknowledged !== told) {
        const says =
          `${named(message)} was acknowledged as number ${message.acknowledged} ` +
          `(line ${message.acknowledgedLine}), and a retry of it as number ${told}.`;
        report({ law: number, kind: 'acknowledged-twice-differently', line: operation.line, says });
      }
    },
    end: () => {
      if (truth.events === 0) return;
      for (const message of known.messages.values()) {
        if (message.acknowledgedLine > 0) logged(message);
      }
      for (const { asked, person, line } of others) {
        const lost = lostOf(known, truth, asked);
        if (lost === null) continue;
        const says = `${person} was told that it is done, ${lost}, and the log does not show it.`;
        report({ law: number, kind: 'acknowledged-change-lost', line, says });
      }
    },
  };
}

/** What is held against the log besides messages. */
const lostIn = { edit: true, delete: true, add: true };

/** What of an acknowledged change the log lacks, in words; null: it is there. */
function lostOf(known: Known, { conversations }: Truth, asked: Asked): string | null {
  if (!('conversation' in asked)) return null;
  const conversation = conversations.get(asked.conversation);
  const where = `in ${asked.conversation}`;
  if (asked.do === 'edit') {
    const first = known.conversations.get(asked.conversation)?.byNumber[asked.number]?.text;
    const texts = [first, ...(conversation?.edits.get(asked.number) ?? [])];
    return texts.includes(asked.text) ? null : `number ${asked.number} ${where} edited`;
  }
  if (asked.do === 'delete') {
    const isDeleted = conversation?.deleted.includes(asked.number);
    return isDeleted ? null : `number ${asked.number} ${where} deleted`;
  }
  if (asked.do !== 'add') return null;
  const absent = asked.people.find((person) => !conversation?.people.get(person)?.stays.length);
  return absent === undefined ? null : `${absent} added ${where}`;
}
