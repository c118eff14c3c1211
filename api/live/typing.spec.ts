import { beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import { ada, bob, cleo } from '../../domain/testing/people.ts';
import { openEmbeddedCache } from '../../ops/adapters/cache/embedded.ts';
import type { ParticipationView } from '../../projections/inbox/view.ts';
import { conversationRoom, gatewayChannel } from '../../schemas/records/gateway-message.ts';
import type { LiveReads } from './live-reads.ts';
import { openTyping } from './typing.ts';

const room = '0198f1d2-0000-7000-8000-000000000001' as ConversationId;

const participations: LiveReads['participations'] = async (viewer, ids) => {
  const my = { member: viewer !== cleo } as ParticipationView;
  return new Map(ids.filter((id) => id === room).map((id) => [id, my]));
};

describe('that somebody types', () => {
  let nowMs = 1_000_000;
  let cache = openEmbeddedCache({ now: () => nowMs });
  let heard: { readonly at: string; readonly message: unknown }[] = [];
  beforeEach(async () => {
    heard = [];
    cache = openEmbeddedCache({ now: () => nowMs });
    for (const id of ['near', 'far', 'elsewhere']) {
      await cache.registry.renew(id, { leaseMs: 60_000 });
      await cache.subscribe(gatewayChannel(id), (text) => {
        heard.push({ at: id, message: JSON.parse(text) });
      });
    }
    await cache.registry.enter('near', [conversationRoom(room)]);
    await cache.registry.enter('far', [conversationRoom(room)]);
  });
  /** Ada and Bob are members; Cleo was one. */
  const type: ReturnType<typeof openTyping> = (...asked) =>
    openTyping({ cache, now: () => nowMs, reads: { participations } })(...asked);
  const delivered = () => new Promise<void>((resolve) => void setImmediate(resolve));

  it('is told to each gateway that has a member, and to no other', async () => {
    expect(await type(room, ada)).toBe(true);
    await delivered();
    const message = { kind: 'typing', conversationId: room, userId: ada, untilMs: nowMs + 5_000 };
    expect(heard).toEqual(['near', 'far'].map((at) => ({ at, message })));
  });

  it('is told at most once in two seconds for each person', async () => {
    for (let time = 0; time < 5; time += 1) expect(await type(room, ada)).toBe(true);
    await type(room, bob);
    await delivered();
    expect(heard).toHaveLength(4);
    nowMs += 2_000;
    await type(room, ada);
    await delivered();
    expect(heard).toHaveLength(6);
  });

  it('is told to nobody by those who may not write there', async () => {
    expect(await type(room, cleo)).toBe(false);
    expect(await type('0198f1d2-0000-7000-8000-00000000000f' as ConversationId, ada)).toBe(false);
    await delivered();
    expect(heard).toEqual([]);
  });
});
