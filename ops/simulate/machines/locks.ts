/**
 * Statements that wait for a lock inside Postgres, while the simulation goes on. Whether one waits
 * is asked of Postgres itself, so the answer does not depend on how fast it is.
 */
export type Locks = {
  /** Resolves when the work is done, or when it waits for a lock: then `whenDone` is told later. */
  run(work: Promise<void>, whenDone: () => Promise<void>): Promise<void>;
  /** Resolves once everybody goes on whom the end of a transaction lets go on. */
  released(): Promise<void>;
};

type Blocked = { readonly work: Promise<void>; readonly whenDone: () => Promise<void> };

const lookEveryMs = 2;

/** `waiting` counts the backends that wait for a lock. */
export function openLocks(waiting: () => Promise<number>): Locks {
  let blocked: readonly Blocked[] = [];
  /** True when it is done, false when it waits like so many others. */
  const settles = async (work: Promise<void>, others: number): Promise<boolean> => {
    const done = work.then(() => true);
    for (;;) {
      if (await within(done, lookEveryMs)) return true;
      if ((await waiting()) > others) return false;
    }
  };
  return {
    run: async (work, whenDone) => {
      if (await settles(work, blocked.length)) await whenDone();
      else blocked = [...blocked, { work, whenDone }];
    },
    released: async () => {
      // Who is let go on may let others go on: until a round changes nothing.
      for (let isFreed = true; isFreed; ) {
        isFreed = false;
        for (let left = blocked.length; left > 0; left -= 1) {
          const [first, ...others] = blocked;
          if (!first) return;
          blocked = others;
          if (await settles(first.work, others.length)) {
            isFreed = true;
            await first.whenDone();
          } else blocked = [...blocked, first];
        }
      }
    },
  };
}

function within(done: Promise<boolean>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    void done.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
