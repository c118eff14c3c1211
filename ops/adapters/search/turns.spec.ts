import { describe, expect, it } from 'vitest';
import { SearchUnavailable } from './port.ts';
import type { Turns } from './turns.ts';
import { openTurns, platform } from './turns.ts';

/** A machine that does one thing after the other, and who was let to it. */
function watched(turns: Turns) {
  const order: string[] = [];
  return {
    order,
    ask: (asker: string, times: number) =>
      Array.from({ length: times }, () => turns.take(asker, async () => void order.push(asker))),
  };
}

describe('turns', () => {
  it('go round: nobody waits behind more than one question of anybody else', async () => {
    const { order, ask } = watched(openTurns({ atOnce: 1, waitingEachMax: 20 }));
    await Promise.all([...ask('a', 4), ...ask('b', 2), ...ask('c', 1)]);
    expect(order.join('')).toBe('aabcaba');
  });

  it('are every second one of whoever keeps the index', async () => {
    const { order, ask } = watched(openTurns({ atOnce: 1, waitingEachMax: 20 }));
    await Promise.all([...ask('a', 2), ...ask('b', 2), ...ask(platform, 3)]);
    const all = order.map((asker) => (asker === platform ? '.' : asker)).join('');
    expect(all).toBe('a.a.b.b');
  });

  it('are refused to who has too many waiting, and to nobody else', async () => {
    const { ask } = watched(openTurns({ atOnce: 1, waitingEachMax: 2 }));
    const [hers, others] = [ask('a', 4), ask('b', 2)];
    await expect(hers[3]).rejects.toBeInstanceOf(SearchUnavailable);
    await Promise.all([...hers.slice(0, 3), ...others]);
  });

  it('go on after one that failed', async () => {
    const turns = openTurns({ atOnce: 1, waitingEachMax: 2 });
    const failing = turns.take('a', async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await turns.take('b', async () => 1)).toBe(1);
  });
});
