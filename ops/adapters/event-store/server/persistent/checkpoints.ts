import { systemEvent } from '../../embedded/rules.ts';
import type { Engine } from '../../engine.ts';
import type { Definition } from './definition.ts';
import { checkpointStream, placeOf, placeText } from './definition.ts';
import { keepNewest, newestData } from './own-streams.ts';
import type { Progress } from './progress.ts';

/** Where a group goes on after a restart; what was settled behind that may come again. */
export type Checkpoints = {
  settled(): void;
  /** Writes what is due; called again and again. */
  tick(nowMs: number): void;
  /** Writes what is settled, due or not. */
  flush(): Promise<void>;
  /** The newest that is written; null when none is. */
  last(): number | null;
};

/** Passed over by a filter, so that a restart does not look at all of them again. */
const passedMax = 1_000;

/** The newest checkpoint; null when there is none. Throws when it says no place. */
export function readCheckpoint(engine: Engine, definition: Definition): number | null {
  const stream = checkpointStream(definition);
  const data = newestData(engine, stream);
  if (!data) return null;
  const place = placeOf(Buffer.from(data).toString('utf8').replaceAll('"', ''));
  if (place !== null) return place;
  throw new Error(`The newest event of ${stream} says no place: delete that stream to begin anew.`);
}

export function openCheckpoints(
  engine: Engine,
  { definition, progress }: { definition: Definition; progress: Progress },
): Checkpoints {
  const { minCheckpointCount, maxCheckpointCount, checkpointAfterMs } = definition.settings;
  const stream = checkpointStream(definition);
  let written = readCheckpoint(engine, definition);
  let waiting = 0; // settled since
  let wroteAtMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    const place = progress.settledUpTo();
    if (place < 0 || place <= (written ?? definition.startAfter)) return;
    const before = waiting;
    waiting = 0;
    try {
      await keepNewest(engine, stream, 1);
      const text = JSON.stringify(placeText(definition.stream, place));
      const event = systemEvent('$SubscriptionCheckpoint', Buffer.from(text));
      await engine.append({ stream, expected: 'any', events: [event] });
      written = place;
    } catch {
      waiting += before; // the log is away or full: tried again, and until then events come twice
    }
  };
  const begin = (): void => {
    writing ??= write().finally(() => {
      writing = null;
    });
  };
  const isDue = (nowMs: number): boolean => {
    if (maxCheckpointCount > 0 && waiting >= maxCheckpointCount) return true;
    if (nowMs - wroteAtMs < checkpointAfterMs) return false;
    const passed = progress.settledUpTo() - (written ?? definition.startAfter);
    return waiting >= Math.max(1, minCheckpointCount) || passed - waiting >= passedMax;
  };

  return {
    settled: () => {
      waiting += 1;
      if (maxCheckpointCount > 0 && waiting >= maxCheckpointCount) begin();
    },
    tick: (nowMs) => {
      if (!isDue(nowMs)) return;
      wroteAtMs = nowMs;
      begin();
    },
    flush: async () => {
      await writing;
      await write();
    },
    last: () => written,
  };
}
