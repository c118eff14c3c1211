import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, closeAgent } from './answer.ts';
import type { Cast } from './cast.ts';
import { gatherCast } from './cast.ts';
import type { FramesInput, Input } from './input.ts';
import { message, post } from './input.ts';
import { sites } from './inputs.ts';
import { judge } from './judge.ts';
import { parametersOf } from './operations.ts';
import { run } from './run.ts';
import { isRequired, nameOf } from './sites.ts';
import type { Target } from './target.ts';
import { startTarget } from './target.ts';

describe('bad input', () => {
  it('is answered as promised, and the platform goes on as before', async () => {
    const numbers = Array.from({ length: 160 }, (_, at) => at);
    const { findings, accepted, refused } = await run({ seed: 7, numbers, progress: () => {} });
    expect(findings).toEqual([]);
    expect(accepted).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(100);
  });
});

describe('the requests that values are put into', () => {
  let target: Target;
  let cast: Cast;
  beforeAll(async () => {
    target = await startTarget();
    cast = await gatherCast(target.url);
  });
  afterAll(async () => {
    closeAgent();
    await target[Symbol.asyncDispose]();
  });

  /** These want one of several arguments, or that very one: without it they are not sound. */
  const wantsOne = /^query person|conversation\.messages|sendMessage\(input\.text\)/;
  const optional = sites.filter((site) => !isRequired(site) && !wantsOne.test(nameOf(site)));
  const nothing = { kind: 'missing', json: null, literal: null, refuse: false };

  it('are the places of the schema', () => {
    expect(sites.length).toBeGreaterThan(130);
    expect(optional.length).toBeGreaterThan(30);
  });

  it.each([
    ['by variables', false],
    ['in the text', true],
  ])('are sound but for them, %s', async (_how, inText) => {
    const [actor] = cast.actors;
    if (!actor) throw new Error('nobody came');
    for (const site of optional) {
      const body = parametersOf(site, { actor, hostile: nothing, inText });
      const input: Input =
        site.operation === 'subscription'
          ? subscribing(body, actor.token)
          : post(nameOf(site), { body, token: actor.token });
      expect([nameOf(site), judge(input, await ask(target.url, input))]).toEqual([
        ...[nameOf(site), { kind: 'accepted', complaint: null }],
      ]);
    }
  });
});

function subscribing(body: string, token: string): FramesInput {
  const frame = message({ id: '1', type: 'subscribe', payload: JSON.parse(body) });
  const ends = { kind: 'answers', operation: '1' } as const;
  return { ...{ via: 'frames', name: '', token, init: true, fault: null }, frames: [frame], ends };
}
