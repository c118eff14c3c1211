import type { Statement } from '../../adapters/tables/port.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';

/**
 * What was committed, in order, and how much of it is on the disk. A commit that is answered after
 * its flush takes all before it along; one that is answered before (`synchronous_commit` off) gets
 * there a little later.
 */
export type Journal = {
  commit(statements: readonly Statement[]): void;
  /** Forgets what was not flushed; answers with what was. */
  cutPower(): readonly (readonly Statement[])[];
};

const walWriterMsMax = 600;

export function openJournal({
  scheduler,
  random,
}: {
  readonly scheduler: Scheduler;
  readonly random: Random;
}): Journal {
  let commits: (readonly Statement[])[] = [];
  let flushed = 0;
  let flushing: (() => void) | null = null;
  const flush = (): void => {
    flushing?.();
    flushing = null;
    flushed = commits.length;
  };
  return {
    commit: (statements) => {
      if (statements.length === 0) return;
      commits.push(statements);
      if (!statements.some(answersUnflushed)) flush();
      else flushing ??= scheduler.at(random.spread(1, walWriterMsMax), flush);
    },
    cutPower: () => {
      flushing?.();
      flushing = null;
      commits = commits.slice(0, flushed);
      return commits;
    },
  };
}

function answersUnflushed({ text }: Statement): boolean {
  return /synchronous_commit/.test(text);
}
