import type { Findings } from './findings.ts';
import { named } from './known.ts';
import type { Law } from './law.ts';

const number = 4;

/** Law 4. One client id, one place, whatever was retried. */
export function atMostOnceLaw(findings: Findings): Law {
  const report = (kind: string, line: number, says: string) =>
    findings.report({ law: number, kind, line, says });
  return {
    number,
    sentence: 'A client message id is visible at most once, on every device.',
    shown: ({ line, seen, message, place, on }) => {
      if (message === null || message.number === seen.number) return;
      const says =
        `${place.person} saw ${named(message)} as number ${seen.number} (${on}); ` +
        `it is number ${message.number} already.`;
      report('shown-under-two-numbers', line, says);
    },
    frame: ({ line, frame, session, place }) => {
      if (frame.shown === undefined) return;
      if (session.newest.get(place.conversation)?.revision !== frame.revision) return;
      const says =
        `device ${session.id} of ${place.person} got revision ${frame.revision} of ` +
        `${frame.conversation} twice within one connection.`;
      report('frame-twice', line, says);
    },
    log: ({ event, position }, { line, message }) => {
      if (event.kind !== 'sent' || message === null || message.logged === 0) return;
      const says =
        `${named(message)} is in the log as number ${message.logged}, ` +
        `and at position ${position} again as number ${event.number}.`;
      report('stored-twice', line, says);
    },
  };
}
