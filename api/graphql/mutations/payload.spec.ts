import { describe, expect, it } from 'vitest';
import { TablesUnavailable } from '../../../ops/adapters/tables/port.ts';
import { payloadOf, refused } from './payload.ts';

const nothing = () => {
  throw new Error('nothing is to be shown');
};

describe('what a mutation answers', () => {
  it('shows what was done, with the position in decimal digits', async () => {
    const done = { kind: 'done', stored: true, answer: 'Ada' } as const;
    const outcome = { ...done, position: 12_345_678_901_234_567n };
    const payload = await payloadOf(outcome, async (name, position) => ({ name, at: position }));
    const at = 12_345_678_901_234_567n;
    expect(payload).toEqual({ refusal: null, position: '12345678901234567', name: 'Ada', at });
  });

  it('acknowledges what was done although nothing can be read now', async () => {
    const done = { kind: 'done', stored: true, answer: null, position: 7n } as const;
    const away = () => Promise.reject(new TablesUnavailable('Postgres does not answer'));
    expect(await payloadOf(done, away)).toEqual({ refusal: null, position: '7' });
  });

  it('gives a refusal as data, and nothing else', async () => {
    const refusal = { kind: 'not-a-member' } as const;
    const payload = await payloadOf({ kind: 'refused', refusal }, nothing);
    expect(payload).toMatchObject({ refusal: { code: 'NOT_A_MEMBER' }, position: null });
    expect(payload).toEqual(refused(refusal));
  });

  it('gives a conflict as a refusal that may pass', async () => {
    const { refusal } = await payloadOf({ kind: 'conflict' }, nothing);
    expect(refusal).toMatchObject({ code: 'CONFLICT', retryAfterMs: 100 });
  });

  it('fails when too much waits or the log does not answer, and says when to retry', async () => {
    const retryAfterMs = 70;
    await expect(payloadOf({ kind: 'overloaded', retryAfterMs }, nothing)).rejects.toMatchObject({
      extensions: { code: 'LIMITED', retryAfterMs },
    });
    await expect(payloadOf({ kind: 'unavailable', retryAfterMs }, nothing)).rejects.toMatchObject({
      extensions: { code: 'UNAVAILABLE', retryAfterMs },
    });
  });
});
