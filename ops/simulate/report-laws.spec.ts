import { describe, expect, it } from 'vitest';
import type { HistoryLine } from './history.ts';
import { checkHistory } from './laws.ts';
import { toldOf } from './report-laws.ts';

/** Twelve messages that were acknowledged, and a log that has none of them. */
const lost: readonly HistoryLine[] = [
  ...Array.from({ length: 12 }, (_, at): readonly HistoryLine[] => [
    {
      ...{ line: 'invoked', op: at, atMs: at, person: 'ada', session: 'ada-1' },
      asked: {
        ...{ do: 'send', conversation: 'c1', message: `m${at}`, text: 'hello', replyTo: null },
      },
    },
    { ...{ line: 'answered', op: at, atMs: at, outcome: 'ok', number: at + 1, position: `${at}` } },
  ]).flat(),
  {
    ...{ line: 'log', conversation: 'c1', revision: 0, position: '1' },
    event: {
      ...{ kind: 'started', conversationKind: 'group', people: ['ada'] },
      historyVisible: 'from-start',
    },
  },
];

describe('a verdict for people', () => {
  it('says what was lost, where, and how often, and which laws had nothing to go by', async () => {
    const told = toldOf(await checkHistory(lost));
    expect(told).toContain('12 operations (0 unknown)');
    expect(told).toContain('BROKEN, 12 times');
    expect(told).toContain('law 1, acknowledged-message-lost, line 2:');
    expect(told).toContain('message m0 (“hello” of ada) was acknowledged in c1 as number 1;');
    expect(told).toContain('acknowledged-message-lost: 12 in all, of which 10 are told here.');
    expect(told).toContain('not checked: neither pages nor frames');
    expect(told.endsWith('12 violations.')).toBe(true);
  });
});

describe('what is no history', () => {
  it.each([
    ['an answer to nothing', [lost[1]], 'answers operation 0, which is not open'],
    ['time that goes back', [lost[4], lost[0]], 'sort them by atMs'],
    ['a line of something else', [{ line: 'hello' }], 'is none of a history'],
    ['nothing', [], 'The history is empty.'],
  ])('is told: %s', async (_what, lines, says) => {
    await expect(checkHistory(lines as HistoryLine[])).rejects.toThrow(says);
  });
});
