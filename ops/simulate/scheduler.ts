/**
 * Owns the time and the order of everything in a simulation. Nothing else waits: whatever happens
 * is an event at a moment, events happen one at a time, and before the next one all that the last
 * one set going has come to rest. So the order is that of the moments, and those are the seed's.
 */
export type Scheduler = {
  /** Ms since the beginning of the simulation. */
  now(): number;
  /**
   * Calls once after the delay; answers with a function that calls it off. An event that answers
   * with a promise is over when that is: this is for real work outside, which nobody may overtake.
   */
  at(delayMs: number, run: () => void | Promise<void>): () => void;
  /** Lets events happen until it is over, or until there are none; answers whether it is over. */
  run(over: () => boolean): Promise<boolean>;
  /** Events that happened. */
  steps(): number;
};

type Happening = {
  readonly atMs: number;
  readonly turn: number; // events of one moment keep the order in which they were set
  readonly run: () => void | Promise<void>;
  called: boolean; // off
};

export function openScheduler(): Scheduler {
  const queue = openQueue();
  let nowMs = 0;
  let turn = 0;
  let steps = 0;
  return {
    now: () => nowMs,
    at: (delayMs, run) => {
      turn += 1;
      const happening = { atMs: nowMs + Math.max(0, delayMs), turn, run, called: false };
      queue.put(happening);
      return () => {
        happening.called = true;
      };
    },
    run: async (over) => {
      await rest();
      while (!over()) {
        const happening = queue.take();
        if (!happening) return false;
        if (happening.called) continue;
        nowMs = happening.atMs;
        steps += 1;
        await happening.run();
        await rest();
      }
      return true;
    },
    steps: () => steps,
  };
}

/** Promises and ticks that are ready all run before the event loop comes to this. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A binary heap: the earliest is on top. */
function openQueue() {
  const heap: Happening[] = [];
  const at = (place: number): Happening => heap[place] as Happening;
  const earlier = (one: number, other: number): boolean => {
    const [a, b] = [at(one), at(other)];
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);
  };
  const swap = (one: number, other: number): void => {
    const kept = at(one);
    heap[one] = at(other);
    heap[other] = kept;
  };
  const put = (happening: Happening): void => {
    let place = heap.push(happening) - 1;
    for (
      let above = (place - 1) >> 1;
      place > 0 && earlier(place, above);
      above = (place - 1) >> 1
    ) {
      swap(place, above);
      place = above;
    }
  };
  const take = (): Happening | null => {
    const last = heap.pop();
    const first = heap[0];
    if (!last || !first) return last ?? null;
    heap[0] = last;
    for (let place = 0; ; ) {
      let least = place;
      for (const below of [2 * place + 1, 2 * place + 2]) {
        if (below < heap.length && earlier(below, least)) least = below;
      }
      if (least === place) return first;
      swap(place, least);
      place = least;
    }
  };
  return { put, take };
}
