import type { Aggregate, Loaded } from './aggregate.ts';
import { bringUpToDate, load } from './aggregate.ts';
import { decideAll, replyTo, settleStored } from './batch.ts';
import type { Post, Reply } from './letter.ts';
import type { CommandLimits } from './limits.ts';
import type { Snapshotting } from './snapshotting.ts';
import type { StateCache } from './state-cache.ts';

/** The mailbox of one stream. */
export type Mailbox<Command, State, Event> = {
  put(post: Post<Command, State, Event>): void;
  waiting(): number;
  /**
   * The state as it is stored: never one that ran ahead of the log, nor one that lags behind what
   * other processes stored before this was asked.
   */
  stored(): Promise<Loaded<State>>;
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
  readonly report: (cause: unknown) => void; // a defect: the caller is answered 'unavailable'
  /** The mailbox has nothing to do and may be forgotten. */
  readonly idle: (key: string) => void;
};

/**
 * While an append is under way letters gather; when it returns, all of them are decided one after
 * another against the running state and appended as one batch with one expected revision. No timer.
 * A state that ran ahead of the log is never seen: until the append is answered it belongs to the
 * batch, and when the append fails it is thrown away.
 */
export function openMailbox<Command, State, Event, Refusal>(
  key: string,
  office: Office<Command, State, Event, Refusal>,
): Mailbox<Command, State, Event> {
  const { cache, limits, report, idle } = office;
  let waiting: Post<Command, State, Event>[] = [];
  let working: Promise<void> | null = null;
  const looking: (() => void)[] = []; // who wants to see the state once the append is answered

  const idleIfSo = (): void => {
    if (waiting.length === 0 && !working && !loader.loading()) idle(key);
  };
  const loader = openLoader(key, office, idleIfSo);

  const work = async (): Promise<void> => {
    let conflicts = 0;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const left = await runBatch(key, { office, batch, loaded: await loader.current() });
        conflicts = left.conflict ? conflicts + 1 : 0;
        if (left.conflict && conflicts > limits.conflictRoundsMax) {
          answerAll(left.posts, { kind: 'conflict' });
          conflicts = 0;
        } else {
          waiting = [...left.posts, ...waiting];
        }
      } catch (cause) {
        cache.drop(key);
        report(cause);
        answerAll(batch, unavailable(limits));
      }
      for (const look of looking.splice(0)) look();
    }
    // In the same turn as the last look into the box: a letter that comes next starts anew.
    working = null;
    idleIfSo();
  };

  return {
    put: (post) => {
      waiting.push(post);
      working ??= work();
    },
    waiting: () => waiting.length,
    stored: async () => {
      while (!cache.get(key) && working) {
        await new Promise<void>((resolve) => looking.push(resolve));
      }
      return loader.fresh().finally(idleIfSo);
    },
    working: () => working,
  };
}

/** One load at a time, whoever asks. */
function openLoader<Command, State, Event, Refusal>(
  key: string,
  { aggregate, cache }: Office<Command, State, Event, Refusal>,
  done: () => void,
) {
  let loading: Promise<Loaded<State>> | null = null;
  const begin = (work: Promise<Loaded<State>>): Promise<Loaded<State>> => {
    loading = work
      .then((fresh) => {
        cache.put(key, fresh);
        return fresh;
      })
      .finally(() => {
        loading = null;
        done();
      });
    return loading;
  };
  return {
    loading: () => loading !== null,
    /** Perhaps behind the log: an append finds that out by its expected revision. */
    current: (): Promise<Loaded<State>> => {
      const known = cache.get(key);
      return known ? Promise.resolve(known) : (loading ?? begin(load(aggregate, key)));
    },
    /** Nobody else may touch the state while it is brought up to date. */
    fresh: async (): Promise<Loaded<State>> => {
      // What is being loaded was begun before this was asked.
      if (loading) await loading.catch(() => undefined);
      const known = cache.get(key);
      if (!known) return loading ?? begin(load(aggregate, key));
      cache.drop(key);
      return begin(bringUpToDate(aggregate, key, known));
    },
  };
}

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
