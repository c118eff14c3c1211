import type { Aggregate, Loaded } from './aggregate.ts';
import { bringUpToDate, load } from './aggregate.ts';
import { decideAll, replyTo, settleStored } from './batch.ts';
import type { Post, Reply } from './letter.ts';
import type { CommandLimits } from './limits.ts';
import type { CommandTracing } from './mailboxes.ts';
import type { Snapshotting } from './snapshotting.ts';
import type { StateCache } from './state-cache.ts';

/** The mailbox of one stream. */
export type Mailbox<Command, State, Event> = {
  put(post: Post<Command, State, Event>): void;
  waiting(): number;
  /**
   * Looks at the state as it is stored: never one that ran ahead of the log, nor one that lags
   * behind what other processes stored before this was asked. What `see` returns must hold no part
   * of it.
   */
  look<Seen>(see: (stored: Loaded<State>) => Seen): Promise<Seen>;
  /** Resolves when nothing waits any more; null when nothing does. */
  working(): Promise<void> | null;
};

/** What all mailboxes of an aggregate have in common. */
export type Office<Command, State, Event, Refusal> = {
  readonly aggregate: Aggregate<Command, State, Event, Refusal>;
  readonly cache: StateCache<State>;
  readonly snapshotting: Snapshotting<State>;
  readonly limits: CommandLimits;
  readonly now: () => number; // ms since the Unix epoch
  /** A defect: the callers are answered 'unavailable'. With the trace of one of them. */
  readonly report: (cause: unknown, traceparent?: string) => void;
  readonly tracing?: CommandTracing | undefined;
  /** The mailbox has nothing to do and may be forgotten. */
  readonly idle: (key: string) => void;
};

/**
 * While an append is under way letters gather; when it returns, all of them are decided one after
 * another against the running state and appended as one batch with one expected revision. No timer.
 * A state is used up by what is folded into it, so one thing at a time touches it: looks and
 * batches take turns. One that ran ahead of the log belongs to its batch alone, and is thrown away
 * when the append fails.
 */
export function openMailbox<Command, State, Event, Refusal>(
  key: string,
  office: Office<Command, State, Event, Refusal>,
): Mailbox<Command, State, Event> {
  const { aggregate, cache, limits, report, idle, tracing } = office;
  let waiting: Post<Command, State, Event>[] = [];
  let looking: Look<State>[] = [];
  let working: Promise<void> | null = null;
  let conflicts = 0;

  const lookAtLog = async (): Promise<void> => {
    const looks = looking;
    looking = [];
    try {
      const known = cache.get(key);
      cache.drop(key);
      const stored = await (known ? bringUpToDate(aggregate, key, known) : load(aggregate, key));
      cache.put(key, stored);
      for (const look of looks) look.see(stored);
    } catch (cause) {
      for (const look of looks) look.fail(cause);
    }
  };
  const decideBatch = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    try {
      const loaded = await (cache.get(key) ?? load(aggregate, key));
      const left = await runBatch(key, { office, batch, loaded });
      conflicts = left.conflict ? conflicts + 1 : 0;
      if (conflicts <= limits.conflictRoundsMax) {
        waiting = [...left.posts, ...waiting];
        return;
      }
      answerAll(left.posts, { kind: 'conflict' });
      conflicts = 0;
    } catch (cause) {
      cache.drop(key);
      report(cause, batch.find(({ traceparent }) => traceparent)?.traceparent);
      answerAll(batch, unavailable(limits));
    }
  };
  const work = async (): Promise<void> => {
    while (waiting.length + looking.length > 0) {
      if (looking.length > 0) await lookAtLog();
      if (waiting.length > 0) await decideBatch();
    }
    // In the same turn as the last look into the box: what comes next starts anew.
    working = null;
    idle(key);
  };

  // It works for all who come: in none of their traces.
  const begin = (): Promise<void> => (tracing ? tracing.within(null, work) : work());

  return {
    put: (post) => {
      waiting.push(post);
      working ??= begin();
    },
    waiting: () => waiting.length,
    look: (see) =>
      new Promise((resolve, reject) => {
        looking.push({ see: (stored) => resolve(see(stored)), fail: reject });
        working ??= begin();
      }),
    working: () => working,
  };
}

/** Somebody who waits to see the state. */
type Look<State> = {
  readonly see: (stored: Loaded<State>) => void;
  readonly fail: (cause: unknown) => void;
};

type Left<Command, State, Event> = {
  readonly posts: readonly Post<Command, State, Event>[];
  readonly conflict: boolean;
};

/** Decides as many as one append may hold, appends, answers; what is left comes back. */
async function runBatch<Command, State, Event, Refusal>(
  key: string,
  {
    office,
    batch,
    loaded,
  }: {
    readonly office: Office<Command, State, Event, Refusal>;
    readonly batch: readonly Post<Command, State, Event>[];
    readonly loaded: Loaded<State>;
  },
): Promise<Left<Command, State, Event>> {
  const { aggregate, cache, limits, snapshotting, now } = office;
  const { decider, journal } = aggregate;
  const { decided, state, left } = decideAll(loaded, batch, {
    decider,
    eventsMax: limits.batchEventsMax,
  });
  const events = decided.flatMap((one) => one.events);
  if (events.length === 0) {
    // No append will tell whether another process has written meanwhile: the log is asked, and
    // nobody else may touch the state while it is brought up to date.
    const { revision } = loaded;
    cache.drop(key);
    const fresh = await bringUpToDate(aggregate, key, loaded);
    cache.put(key, fresh);
    if (fresh.revision > revision) return { posts: batch, conflict: true };
    for (const one of decided) one.post.settle(replyTo(one, loaded.position));
    return { posts: left, conflict: false };
  }
  // From here on the state is ahead of the log.
  cache.drop(key);
  const expected = loaded.revision === -1 ? ('no-stream' as const) : loaded.revision;
  const outcome = await journal.append({ key, expected, events, atMs: now() });
  const posts = decided.map(({ post }) => post);
  if (outcome.kind === 'conflict') return { posts: [...posts, ...left], conflict: true };
  if (outcome.kind === 'unavailable') {
    answerAll(posts, unavailable(limits));
    return { posts: left, conflict: false };
  }
  const stored: Loaded<State> = {
    state,
    revision: outcome.revision,
    position: outcome.positions.at(-1) ?? loaded.position,
    eventsSinceSnapshot: loaded.eventsSinceSnapshot + events.length,
  };
  snapshotting.whenDue(key, stored);
  cache.put(key, stored);
  settleStored(decided, loaded.position, outcome.positions);
  return { posts: left, conflict: false };
}

function answerAll<Command, State, Event>(
  posts: readonly Post<Command, State, Event>[],
  reply: Reply<unknown, unknown>,
): void {
  for (const { settle } of posts) settle(reply);
}

function unavailable({ retryAfterMs }: CommandLimits): Reply<never, never> {
  return { kind: 'unavailable', retryAfterMs };
}
