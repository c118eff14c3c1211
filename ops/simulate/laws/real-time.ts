import type { Findings } from './findings.ts';
import type { Known, Message } from './known.ts';
import { named } from './known.ts';
import type { Law } from './law.ts';

const number = 6;

/** Law 6. The first attempt counts: a retry may have been stored by then. */
export function realTimeLaw(known: Known, { report }: Findings): Law {
  const overtaking = (message: Message, { line, has }: { line: number; has: number }) => {
    const { afterNumber, afterSeen, conversation, author } = message;
    if (has > afterNumber && has > afterSeen) return;
    const [kind, before] =
      has <= afterNumber
        ? ['overtook-what-was-acknowledged', `number ${afterNumber} had been acknowledged`]
        : ['overtook-what-was-read', `${author} had read number ${afterSeen}`];
    const says =
      `${named(message)} has number ${has} in ${conversation.id}; ` +
      `it was first sent on line ${message.line}, after ${before}.`;
    report({ law: number, kind, line, says });
  };
  return {
    number,
    sentence: 'If A was acknowledged before B was sent to the same conversation, A is lower.',
    answered: ({ message, line }, { outcome, number: has }) => {
      if (message === null || outcome !== 'ok' || has === undefined) return;
      overtaking(message, { line, has });
    },
    end: () => {
      for (const message of known.messages.values()) {
        const { acknowledged, logged, line } = message;
        if (acknowledged === 0 && logged > 0) overtaking(message, { line, has: logged });
      }
    },
  };
}
