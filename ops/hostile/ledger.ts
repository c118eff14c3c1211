import type { Sent } from './run.ts';
import type { Target } from './target.ts';

/** What was stored although it was refused. */
export type Stored = { readonly by: Sent; readonly events: number };

export type LedgerOptions = {
  /** Sends it once more. */
  readonly again: (one: Sent) => Promise<Sent>;
  readonly now: () => number;
};

/** The event of an accepted mark may come after its answer; later than this none does. */
const marksComeWithinMs = 5_000;

/**
 * Counts the events of the log around the inputs: what was refused left none. Where some were
 * accepted, those that were refused are sent again by themselves.
 */
export async function openLedger(target: Pick<Target, 'look'>, { again, now }: LedgerOptions) {
  let { head } = await target.look({ after: '0', weigh: false });
  let markedAtMs = Number.NEGATIVE_INFINITY;
  const news = async (): Promise<number> => {
    const look = await target.look({ after: head, weigh: false });
    head = look.head;
    const marksCome = now() - markedAtMs <= marksComeWithinMs;
    const types = Object.entries(look.types).filter(
      ([type]) => !marksCome || type !== 'marks-moved',
    );
    return types.reduce((sum, [, count]) => sum + count, 0);
  };
  return {
    audit: async (sent: readonly Sent[]): Promise<Stored | null> => {
      const accepted = sent.filter(({ verdict }) => verdict.kind === 'accepted');
      if (accepted.some(({ input }) => /mark(Read|Delivered)/.test(input.name))) markedAtMs = now();
      if ((await news()) === 0) return null;
      const rest = sent.filter(({ verdict }) => verdict.kind === 'refused');
      if (accepted.length > 0) {
        await Promise.all(rest.map(again));
        if ((await news()) === 0) return null;
      }
      for (const by of rest) {
        const { verdict } = await again(by);
        const events = await news();
        if (events > 0 && verdict.kind === 'refused') return { by, events };
      }
      return null;
    },
  };
}
