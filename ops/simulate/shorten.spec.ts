import { describe, expect, it } from 'vitest';
import type { FaultName } from './faults.ts';
import type { HistoryLine } from './history.ts';
import type { Judged } from './judge.ts';
import { replayOf } from './judge.ts';
import type { SeedOptions } from './seed.ts';
import { concernedLines, shorten } from './shorten.ts';

const faults: readonly FaultName[] = ['crash', 'late', 'power-cut'];
const start: SeedOptions = { seed: 7, deeds: 120, faults };

/** A run that fails in this way whenever the condition holds. */
function judging(fails: (options: SeedOptions) => boolean) {
  let runs = 0;
  const judged = (options: SeedOptions): Judged => {
    runs += 1;
    return { options, run: null, violations: [], failure: fails(options) ? 'law 1, lost' : null };
  };
  return { judged, runs: () => runs };
}

async function shortest(fails: (options: SeedOptions) => boolean, triesMax = 100) {
  const { judged, runs } = judging(fails);
  const bounds = { judge: async (options: SeedOptions) => judged(options), triesMax };
  const found = await shorten(judged(start), { ...bounds, hasTime: () => true });
  return { ...found.options, runs: runs() - 1 };
}

describe('shortening', () => {
  it('leaves what the failure needs, and little besides', async () => {
    const found = await shortest(
      ({ deeds, faults: with_ = [] }) => deeds >= 20 && with_.includes('power-cut'),
    );
    expect(found.faults).toEqual(['power-cut']);
    expect(found.deeds).toBeLessThan(25);
    expect(found.peopleMax).toBe(2);
  });

  it('takes no run that fails in another way', async () => {
    const { judged } = judging(() => true);
    const other = async (options: SeedOptions): Promise<Judged> => {
      return { ...judged(options), failure: 'law 9, device-lacks' };
    };
    const bounds = { judge: other, triesMax: 10, hasTime: () => true };
    expect((await shorten(judged(start), bounds)).options).toBe(start);
  });

  it('stays within its bounds', async () => {
    expect((await shortest(() => true, 3)).runs).toBe(3);
  });
});

describe('a failure', () => {
  it('is told by the command that shows it again', () => {
    const options = { ...start, peopleMax: 3 };
    expect(replayOf(options)).toBe(
      'npm run simulate -- --seed 7 --steps 120 --people 3 --faults crash,late,power-cut',
    );
    expect(replayOf({ seed: 7, deeds: 9, faults: [] })).toContain('--faults none');
  });

  it('is told by the lines of the conversation concerned, answers included', () => {
    const deed = (op: number, conversation: string): HistoryLine => ({
      ...{ line: 'invoked', op, atMs: op, person: 'ada', session: '0/0' },
      asked: { do: 'delete', conversation, number: 1 },
    });
    const answer = (op: number): HistoryLine => ({
      ...{ line: 'answered', op, atMs: op, outcome: 'ok', position: '1' },
    });
    const logged = (conversation: string): HistoryLine => ({
      ...{ line: 'log', conversation, revision: 0, position: '1', event: { kind: 'other' } },
    });
    const lines = [deed(1, 'room a'), deed(2, 'room b'), answer(2), answer(1)];
    const run = {
      lines: [...lines, logged('room a'), logged('room b')],
    } as unknown as Judged['run'];
    const violations = [{ law: 1, kind: 'lost', line: 1, says: 'lost in room a' }];
    const concerned = concernedLines({ options: start, run, violations, failure: 'lost' });
    expect(concerned).toEqual([deed(1, 'room a'), answer(1), logged('room a')]);
  });
});
