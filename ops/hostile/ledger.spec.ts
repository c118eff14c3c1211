import { expect, it } from 'vitest';
import { openLedger } from './ledger.ts';
import type { Sent } from './run.ts';
import type { Look } from './target.ts';

const sent = (name: string, kind: 'accepted' | 'refused') =>
  ({ number: 1, input: { name }, verdict: { kind, complaint: null } }) as unknown as Sent;

/** Over a platform in which everybody who is refused leaves a mark all the same. */
async function ledger() {
  let nowMs = 0;
  const look = async () => ({ head: '1', types: { 'marks-moved': 1 } }) as unknown as Look;
  const again = async (one: Sent) => one;
  const opened = await openLedger({ look }, { again, now: () => nowMs });
  const after = (ms: number) => {
    nowMs += ms;
  };
  return { ...opened, after };
}

const refused = sent('markRead of nobody', 'refused');

it('a mark that was refused and stored is found', async () => {
  const { audit } = await ledger();
  expect(await audit([refused])).toEqual({ by: refused, events: 1 });
});

it('is not found while an accepted one may still come, but soon after', async () => {
  const { audit, after } = await ledger();
  expect(await audit([sent('markRead', 'accepted'), refused])).toBeNull();
  after(5_000);
  expect(await audit([refused])).toBeNull();
  after(1);
  expect(await audit([refused])).toEqual({ by: refused, events: 1 });
});
