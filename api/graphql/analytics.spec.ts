import { describe, expect, it } from 'vitest';
import type { Question } from '../../ops/adapters/analytics/port.ts';
import type { ApiContext } from '../context.ts';
import { analytics, analyticsFields } from './analytics.ts';

/** Facts that grow with everything that is asked of them. */
function growing() {
  const asked: string[] = [];
  let position = 0;
  const ask = async ({ sql }: Question) => {
    const isPlace = sql.includes('facts_progress');
    asked.push(isPlace ? 'up to' : 'rows');
    position += 1;
    return [isPlace ? { position: String(position), stored_at: null } : { messages: position }];
  };
  const context = {
    viewer: 'ada',
    dependencies: {
      access: { hasDuty: async () => true },
      analytics: { ask },
      log: { info: () => undefined },
    },
  };
  return { asked, context: context as unknown as ApiContext };
}

describe('figures of one question', () => {
  it('say once up to where they count, and never more than their rows do', async () => {
    const { asked, context } = growing();
    const span = { from: new Date('2026-11-01'), to: new Date('2026-11-02') };
    const info = null as never;
    const parent = await analytics(null, {}, context, info);
    const figure = (name: string) =>
      analyticsFields.Analytics?.[name]?.(parent, span, context, info);
    const [messages, usage] = await Promise.all([figure('messages'), figure('usage')]);
    expect(asked).toEqual(['up to', 'rows', 'rows']);
    expect(messages).toMatchObject({ upTo: { position: 1n }, rows: [{ messages: 2 }] });
    expect(usage).toMatchObject({ upTo: { position: 1n } });
  });

  it('are refused by the hour where they are counted by the day', async () => {
    const { asked, context } = growing();
    const span = { from: new Date('2026-11-01'), to: new Date('2026-11-02'), by: 'HOUR' };
    const parent = await analytics(null, {}, context, null as never);
    const growth = analyticsFields.Analytics?.growth?.(parent, span, context, null as never);
    await expect(growth).rejects.toThrow(/by.* must be DAY, WEEK or MONTH/);
    expect(asked).toEqual([]);
  });
});
