import { describe, expect, it } from 'vitest';
import type { ApiContext } from '../context.ts';
import { limits } from '../limits.ts';
import { caughtUp } from './at-least.ts';

/** Read models that are at one place, and nearer for one key. */
function contextAt(reached: bigint, ofKey = reached) {
  const waited: [string, bigint, number][] = [];
  const progress = {
    reached: () => reached,
    waitFor: async (position: bigint, { timeoutMs }: { timeoutMs: number }) => {
      waited.push(['everything', position, timeoutMs]);
      return reached;
    },
    waitForKey: async (key: string, position: bigint, { timeoutMs }: { timeoutMs: number }) => {
      waited.push([key, position, timeoutMs]);
      return ofKey;
    },
  };
  return { context: { dependencies: { progress } } as unknown as ApiContext, waited };
}

describe('a question that asks for at least a position', () => {
  it('waits for nothing when it names none', async () => {
    const { context, waited } = contextAt(5n);
    await caughtUp(context, null);
    await caughtUp(context, undefined, 'a key');
    expect(waited).toEqual([]);
  });

  it('waits, within the bound, and is answered once it is reached', async () => {
    const { context, waited } = contextAt(5n);
    await caughtUp(context, 5n);
    expect(waited).toEqual([['everything', 5n, limits.atLeastWaitMs]]);
  });

  it('waits for one key only, where it is about one', async () => {
    const { context, waited } = contextAt(5n, 9n);
    await caughtUp(context, 9n, 'a conversation');
    expect(waited).toEqual([['a conversation', 9n, limits.atLeastWaitMs]]);
  });

  it('hears how far it got when that takes too long', async () => {
    const { context } = contextAt(5n, 7n);
    const extensions = { code: 'UNAVAILABLE', retryAfterMs: 1_000 };
    await expect(caughtUp(context, 8n)).rejects.toMatchObject({
      extensions: { ...extensions, reached: '5' },
    });
    await expect(caughtUp(context, 8n, 'a conversation')).rejects.toMatchObject({
      extensions: { ...extensions, reached: '7' },
    });
  });
});
