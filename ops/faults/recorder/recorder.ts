import { closeSync, openSync, writeSync } from 'node:fs';
import type { Answered, Asked, HistoryLine } from '../../simulate/history.ts';

/** Who asks: a device of a person. */
export type Asker = { readonly person: string; readonly session: string };

/** What an operation came to, before the recorder gives it its place. */
export type Reply = Omit<Answered, 'line' | 'op' | 'atMs'> & {
  readonly said?: string | undefined; // the sentence a person reads, where it is none of success
};

/** Every line a recorder takes; those that need a time are given it here. */
type Timeless<Line> = Line extends { readonly atMs: number } ? Omit<Line, 'atMs'> : Line;

/**
 * Writes what people asked, heard and saw into a history, by one monotonic clock. The file lies
 * apart from the platform's data, so that no fault of theirs reaches it.
 */
export type Recorder = {
  readonly path: string;
  nowMs(): number;
  operations(): number;
  write(line: Timeless<HistoryLine>): void;
  /** Records the question, waits for the answer, records that. */
  ask(who: Asker, asked: Asked, carryOut: () => Promise<Reply>): Promise<Reply>;
  /** How long until a send was acknowledged that was asked after `sinceMs`; null: never. */
  firstAcknowledgedMs(sinceMs: number): number | null;
  /** Ids of the messages whose sending was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** What people read when something failed, with how often. */
  readonly sentences: ReadonlyMap<string, number>;
  close(): void;
};

export function openRecorder(path: string): Recorder {
  const file = openSync(path, 'w');
  const sends: { readonly askedMs: number; readonly answeredMs: number }[] = [];
  const acknowledged = new Set<string>();
  const sentences = new Map<string, number>();
  let ops = 0;
  let isOpen = true;
  const write = (line: object): void => {
    if (isOpen) writeSync(file, `${JSON.stringify(line)}\n`);
  };
  return {
    path,
    nowMs: () => performance.now(),
    operations: () => ops,
    write: (line) => write({ ...line, atMs: performance.now() }),
    ask: async ({ person, session }, asked, carryOut) => {
      ops += 1;
      const op = ops;
      const askedMs = performance.now();
      write({ line: 'invoked', op, atMs: askedMs, person, session, asked });
      const { said, ...reply } = await carryOut();
      const answeredMs = performance.now();
      write({ line: 'answered', op, atMs: answeredMs, ...reply });
      if (said !== undefined) sentences.set(said, (sentences.get(said) ?? 0) + 1);
      if (asked.do === 'send' && reply.outcome === 'ok') {
        sends.push({ askedMs, answeredMs });
        acknowledged.add(asked.message);
      }
      return reply;
    },
    firstAcknowledgedMs: (sinceMs) => {
      const after = sends.filter(({ askedMs }) => askedMs > sinceMs);
      if (after.length === 0) return null;
      return Math.min(...after.map(({ answeredMs }) => answeredMs)) - sinceMs;
    },
    acknowledged,
    sentences,
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false; // who still waits for an answer is not heard any more
    },
  };
}
