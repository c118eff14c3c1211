import { parse } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../domain/ids.ts';
import { openEmbeddedCache } from '../ops/adapters/cache/embedded.ts';
import { admit } from './admission.ts';
import type { ApiContext } from './context.ts';
import { limits } from './limits.ts';

const ada = '0198c5c0-0000-7000-8000-00000000000a' as UserId;

describe('what a person may ask within a minute', () => {
  let nowMs = 0;
  let cache = openEmbeddedCache({ now: () => nowMs });
  beforeEach(() => {
    nowMs = 1_795_000_020_000; // the beginning of a minute
    nowMs -= nowMs % 60_000;
    cache = openEmbeddedCache({ now: () => nowMs });
  });
  const contextOf = (viewer: UserId | null, address = '10.0.0.1') =>
    ({
      ...{ viewer, address, cost: null },
      dependencies: { cache, costPerMinute: 10, now: () => nowMs },
    }) as unknown as ApiContext;
  const fivePoints = parse('{ a { b { c { d { id } } } } }'); // and one for the request
  const ask = (context: ApiContext, document = fivePoints) => admit(context, document, {});

  it('is counted, and told with each answer', async () => {
    const context = contextOf(ada);
    await ask(context);
    expect(context.cost).toEqual({ requested: 5, remaining: 5, resetAtMs: nowMs + 60_000 });
  });

  it('ends with LIMITED and the time until there is more', async () => {
    await ask(contextOf(ada));
    await ask(contextOf(ada));
    nowMs += 45_000;
    await expect(ask(contextOf(ada))).rejects.toMatchObject({
      extensions: { code: 'LIMITED', retryAfterMs: 15_000 },
    });
  });

  it('is whole again when the minute is over', async () => {
    for (let time = 0; time < 3; time += 1) await ask(contextOf(ada)).catch(() => undefined);
    nowMs += 60_000;
    const context = contextOf(ada);
    await ask(context);
    expect(context.cost?.remaining).toBe(5);
  });

  it('is her own: another person, and each address without one, has as much', async () => {
    for (let time = 0; time < 3; time += 1) await ask(contextOf(ada)).catch(() => undefined);
    await ask(contextOf('0198c5c0-0000-7000-8000-00000000000b' as UserId));
    await ask(contextOf(null));
    await ask(contextOf(null, '10.0.0.2'));
  });

  it.each([
    ['too deep', 'depth', `{ ${'a { '.repeat(12)} id ${'} '.repeat(12)} }`],
    ['too many aliases', 'aliases', `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: id`)} }`],
    ['too dear', 'points', '{ a(first: 100) { b(first: 100) { c(first: 100) { d { id } } } } }'],
  ])('is nothing at once that is %s, and costs her nothing', async (what, of, text) => {
    const error = await ask(contextOf(ada), parse(text)).catch((cause: unknown) => cause);
    const max = { depth: limits.depthMax, aliases: limits.aliasesMax, points: limits.costMax }[of];
    const limit = { of, max, found: expect.any(Number) };
    expect(error).toMatchObject({ extensions: { code: 'LIMITED', retryAfterMs: null, limit } });
    expect(String(error)).toMatch(new RegExp(`${what}: \\d+ where \\d+ is the limit`));
    const context = contextOf(ada);
    await ask(context);
    expect(context.cost?.remaining).toBe(5);
  });
});
