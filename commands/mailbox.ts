import type { Aggregate, Loaded } from './aggregate.ts';
import { load } from './aggregate.ts';
import { decideAll, replyTo, settleStored } from './batch.ts';
import type { CommandLimits } from './limits.ts';
import { openStateCache } from './state-cache.ts';

/** One command on its way. */
export type Letter<Command, State, Event, Answer> = {
  readonly command: Command;
  /** Read from the state right after deciding: later it may have moved on. */
  readonly answer: (state: State) => Answer;
  /**
   * The id of the event at this place of the decision; a retry must derive the same where it may
   * not double.
   */
  readonly eventId: (event: Event, at: number) => string;
  /**
   * True when deciding needs facts that the state has forgotten: the sender gathers them and writes
   * again.
   */
  readonly needsFacts: (state: State) => boolean;
};

export type Reply<Answer, Refusal> =
  | {
      readonly kind: 'done';
      readonly stored: boolean;
      readonly position: bigint;
      readonly answer: Answer;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'needs-facts'; readonly position: bigint }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number };

/** The mailboxes of one aggregate's streams. */
export type Mailboxes<Command, State, Event, Refusal> = {
  submit<Answer>(
    key: string,
    letter: Letter<Command, State, Event, Answer>,
  ): Promise<Reply<Answer, Refusal>>;
  /** Looks at the state as it is stored; what `look` returns must hold no part of it. */
  peek<Seen>(key: string, look: (state: State, position: bigint) => Seen): Promise<Seen>;
  /** Resolves when nothing is under way any more, snapshots included. */
  settled(): Promise<void>;
};

/** A letter with whoever waits for its reply. */
export type Post<Command, State, Event> = {
  readonly letter: Letter<Command, State, Event, unknown>;
  readonly settle: (reply: Reply<unknown, unknown>) => void;
};
type Box<Command, State, Event> = {
  waiting: Post<Command, State, Event>[];
  working: Promise<void> | null;
  loading: Promise<Loaded<State>> | null;
  looking: (() => void)[]; // who wants to see the state once the append is answered
};

/**
 * Commands for one stream queue up. While an append is under way others gather; when it returns,
 * all of
 * them are decided one after another against the running state and appended as one batch with one
 * expected
 * revision. No timer. A state that ran ahead of the log is never seen: until the append is answered
 * it
 * belongs to the batch, and when the append fails it is thrown away.
 */
export function openMailboxes<Command, State, Event, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  options: {
    readonly limits: CommandLimits;
    readonly now: () => number; // ms since the Unix epoch
    readonly report: (cause: unknown) => void; // a defect: the caller is answered 'unavailable'
  },
): Mailboxes<Command, State, Event, Refusal> {
  const { limits, now, report } = options;
  const { decider, journal, snapshots } = aggregate;
  const cache = openStateCache(aggregate.weigh, limits.cachedRecordsMax);
  const boxes = new Map<string, Box<Command, State, Event>>();
  const snapshotting = new Map<string, Promise<void>>();
  let queued = 0;

  const boxOf = (key: string): Box<Command, State, Event> => {
    const known = boxes.get(key);
    if (known) return known;
    const box: Box<Command, State, Event> = {
      ...{ waiting: [], looking: [], working: null, loading: null },
    };
    boxes.set(key, box);
    return box;
  };

  /** One load at a time for each stream, whoever asks. */
  const loaded = (key: string, box: Box<Command, State, Event>): Promise<Loaded<State>> => {
    const known = cache.get(key);
    if (known) return Promise.resolve(known);
    box.loading ??= load(aggregate, key)
      .then((fresh) => {
        cache.put(key, fresh);
        return fresh;
      })
      .finally(() => {
        box.loading = null;
        tidy(key, box);
      });
    return box.loading;
  };

  const tidy = (key: string, box: Box<Command, State, Event>): void => {
    if (box.waiting.length === 0 && !box.working && !box.loading) boxes.delete(key);
  };

  const answerAll = (
    posts: readonly Post<Command, State, Event>[],
    reply: Reply<unknown, unknown>,
  ): void => {
    for (const { settle } of posts) settle(reply);
  };
  const unavailable = { kind: 'unavailable', retryAfterMs: limits.retryAfterMs } as const;

  const work = async (key: string, box: Box<Command, State, Event>): Promise<void> => {
    let conflicts = 0;
    while (box.waiting.length > 0) {
      const batch = box.waiting;
      box.waiting = [];
      try {
        const left = await runBatch(key, box, batch);
        conflicts = left.conflict ? conflicts + 1 : 0;
        if (left.conflict && conflicts > limits.conflictRoundsMax) {
          answerAll(left.posts, { kind: 'conflict' });
          conflicts = 0;
        } else {
          box.waiting = [...left.posts, ...box.waiting];
        }
      } catch (cause) {
        cache.drop(key);
        report(cause);
        answerAll(batch, unavailable);
      }
      letLook(box);
    }
  };

  const letLook = (box: Box<Command, State, Event>): void => {
    const looking = box.looking;
    box.looking = [];
    for (const look of looking) look();
  };

  /** Decides as many as one append may hold, appends, answers; what is left comes back. */
  const runBatch = async (
    key: string,
    box: Box<Command, State, Event>,
    batch: readonly Post<Command, State, Event>[],
  ): Promise<{ posts: readonly Post<Command, State, Event>[]; conflict: boolean }> => {
    const current = await loaded(key, box);
    const { decided, state, left } = decideAll(current, batch, {
      decider,
      eventsMax: limits.batchEventsMax,
    });
    const events = decided.flatMap((one) => one.events);
    if (events.length === 0) {
      for (const one of decided) one.post.settle(replyTo(one, current.position));
      return { posts: left, conflict: false };
    }
    // From here on the state is ahead of the log.
    cache.drop(key);
    const expected = current.revision === -1 ? ('no-stream' as const) : current.revision;
    const outcome = await journal.append({ key, expected, events, atMs: now() });
    if (outcome.kind === 'conflict') {
      return { posts: [...decided.map(({ post }) => post), ...left], conflict: true };
    }
    if (outcome.kind === 'unavailable') {
      answerAll(
        decided.map(({ post }) => post),
        unavailable,
      );
      return { posts: left, conflict: false };
    }
    const stored: Loaded<State> = {
      state,
      revision: outcome.revision,
      position: outcome.positions.at(-1) ?? current.position,
      eventsSinceSnapshot: current.eventsSinceSnapshot + events.length,
    };
    snapshotWhenDue(key, stored);
    cache.put(key, stored);
    settleStored(decided, current.position, outcome.positions);
    return { posts: left, conflict: false };
  };

  const snapshotWhenDue = (key: string, stored: Loaded<State>): void => {
    if (!snapshots || stored.eventsSinceSnapshot < limits.snapshotEveryEvents) return;
    if (snapshotting.has(key)) return;
    const { revision, position } = stored;
    const state = JSON.stringify(snapshots.write(stored.state));
    stored.eventsSinceSnapshot = 0;
    const written = journal
      .writeSnapshot(key, { version: snapshots.version, revision, position, state })
      .catch(report)
      .finally(() => snapshotting.delete(key));
    snapshotting.set(key, written);
  };

  return {
    submit: (key, letter) => {
      const box = boxOf(key);
      if (queued >= limits.queuedMax || box.waiting.length >= limits.queuedPerStreamMax) {
        const { retryAfterMs } = limits;
        return Promise.resolve({ kind: 'overloaded', retryAfterMs });
      }
      queued += 1;
      return new Promise((resolve) => {
        const settle = (reply: Reply<unknown, unknown>): void => {
          queued -= 1;
          resolve(reply as Parameters<typeof resolve>[0]);
        };
        box.waiting.push({ letter: letter as Letter<Command, State, Event, unknown>, settle });
        box.working ??= work(key, box).finally(() => {
          box.working = null;
          tidy(key, box);
        });
      });
    },
    peek: async (key, look) => {
      const box = boxOf(key);
      // While an append is under way its state belongs to the batch: look when it is answered.
      while (!cache.get(key) && box.working) {
        await new Promise<void>((resolve) => box.looking.push(resolve));
      }
      const { state, position } = await loaded(key, box);
      return look(state, position);
    },
    settled: async () => {
      for (;;) {
        const working = [...boxes.values()].flatMap((box) => box.working ?? []);
        const all = [...working, ...snapshotting.values()];
        if (all.length === 0) return;
        await Promise.all(all);
      }
    },
  };
}
