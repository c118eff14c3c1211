import { SearchUnavailable } from './port.ts';

/** Who is let to a machine when. */
export type Turns = {
  /** Rejects with SearchUnavailable where too much of hers waits already. */
  take<Answer>(asker: string, work: () => Promise<Answer>): Promise<Answer>;
};

export type TurnsOptions = {
  readonly atOnce: number; // that the machine works on
  readonly waitingEachMax: number; // of one asker
};

/** Whoever keeps the index: every second turn is hers, so that edits are obeyed under any load. */
export const platform = '';

/**
 * One turn for each who asks, round after round, however much one of them asks: nobody waits behind
 * more than one question of anybody else.
 */
export function openTurns({ atOnce, waitingEachMax }: TurnsOptions): Turns {
  const waiting = new Map<string, (() => void)[]>(); // in the order of turns
  let busy = 0;
  let wasPlatform = false;
  const nextAsker = (): string | undefined => {
    if (waiting.has(platform) && !wasPlatform) return platform;
    for (const asker of waiting.keys()) if (asker !== platform) return asker;
    return waiting.has(platform) ? platform : undefined;
  };
  const letIn = (): void => {
    while (busy < atOnce) {
      const asker = nextAsker();
      const [begin, ...others] = (asker !== undefined && waiting.get(asker)) || [];
      if (asker === undefined || begin === undefined) return;
      waiting.delete(asker);
      if (others.length > 0) waiting.set(asker, others); // behind everybody else
      wasPlatform = asker === platform;
      busy += 1;
      begin();
    }
  };
  return {
    take: async (asker, work) => {
      const hers = waiting.get(asker) ?? [];
      if (asker !== platform && hers.length >= waitingEachMax) {
        throw new SearchUnavailable('too many searches of one person wait');
      }
      await new Promise<void>((resolve) => {
        waiting.set(asker, [...hers, resolve]);
        letIn();
      });
      try {
        return await work();
      } finally {
        busy -= 1;
        letIn();
      }
    },
  };
}
