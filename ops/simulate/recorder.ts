import type { Answered, Asked, HistoryLine } from './history.ts';
import type { Scheduler } from './scheduler.ts';

/** Writes the history of a seed, line by line, on the simulation's clock. */
export type Recorder = {
  readonly lines: readonly HistoryLine[];
  write(line: HistoryLine): void;
  atMs(): number;
  /** Answers with the number of the operation. */
  invoked(who: Who, asked: Asked): number;
  answered(op: number, answer: Outcome): void;
  operations(): number;
};

export type Who = { readonly person: string; readonly session: string };
export type Outcome = Omit<Answered, 'line' | 'op' | 'atMs'>;

export function openRecorder(scheduler: Scheduler): Recorder {
  const lines: HistoryLine[] = [];
  let operations = 0;
  const atMs = (): number => Math.round(scheduler.now() * 1_000) / 1_000;
  return {
    lines,
    atMs,
    write: (line) => void lines.push(line),
    invoked: (who, asked) => {
      operations += 1;
      lines.push({ line: 'invoked', op: operations, atMs: atMs(), ...who, asked });
      return operations;
    },
    answered: (op, answer) => void lines.push({ line: 'answered', op, atMs: atMs(), ...answer }),
    operations: () => operations,
  };
}
