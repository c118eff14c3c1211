import { describe, expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { ada } from '../../domain/testing/people.ts';
import { systemClock } from '../../projections/clock.ts';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import type { GatewayMessage } from '../../schemas/records/gateway-message.ts';
import type { Device } from './device.ts';
import type { IncomingDependencies } from './incoming.ts';
import { openIncoming } from './incoming.ts';
import { openRooms } from './rooms.ts';

const conversationId = '0198f1d2-0000-7000-8000-000000000001' as ConversationId;

/** Her settings changed: its frame waits for the read models. */
const archived = (position: bigint) =>
  ({
    ...{ category: 'participation', conversationId, userId: ada },
    ...{ position, revision: 0, recordedAtMs: 0, event: { type: 'archived' } },
  }) as unknown as ParleyEvent;

/** A gateway with one device of Ada; each wait for the read models ends when the spec says so. */
function gateway() {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const device = {
    ...{ viewer: ada, sharing: new Map(), gone: () => false, takeDirty: () => true },
    shape: {
      key: 'shape',
      frame: async ({ position, cursor }: { position?: string; cursor?: string }) =>
        Buffer.from(position ?? `up to ${cursor}`),
    },
    live: (_position: bigint | null, frame: Buffer) => void sent.push(String(frame)),
    caughtUp: (frame: Buffer) => sent.push(String(frame)) > 0,
  } as unknown as Device;
  const rooms = openRooms<Device>();
  rooms.join(rooms.enter(ada, device), conversationId, 1);
  const none = async () => new Map();
  const incoming = openIncoming({
    ...{ rooms, devices: new Set([device]), contextFor: () => null },
    ...{ now: () => 0, clock: systemClock },
    opener: { open: async (values: readonly string[]) => values.map((at) => archived(BigInt(at))) },
    reads: {
      waitForKey: (_key: string, position: bigint) =>
        new Promise((resolve) => waiting.push(() => resolve(position))),
      participations: async () => new Map([[conversationId, {}]]),
      ...{ messages: none, conversations: none, members: none, people: none, hidden: none },
    },
    people: { forget: () => undefined, forgetAll: () => undefined },
    log: { error: (facts: object) => expect(facts).toBe(null) },
    limits: { recordsQueuedMax: 10, readModelWaitMs: 1_000, progressEveryMs: 0 },
    everyoneResumes: () => expect.unreachable('nobody has to resume'),
  } as unknown as IncomingDependencies);
  const take = (message: GatewayMessage) => incoming.take(JSON.stringify(message));
  const readModelsReach = () => {
    for (const reach of waiting.splice(0)) reach();
  };
  return { sent, take, readModelsReach, incoming };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve));
}

describe('what a courier brings', () => {
  it('is followed by its cursor only once its frames are sent', async () => {
    const { sent, take, readModelsReach, incoming } = gateway();
    take({ kind: 'records', values: ['4'] });
    await turns();
    readModelsReach();
    await turns();
    take({ kind: 'records', values: ['5'] });
    take({ kind: 'progress', position: '5' });
    await turns();
    expect(sent).toEqual(['4']);
    readModelsReach();
    await turns();
    expect(sent).toEqual(['4', '5', `up to ${encodeCursor(5n)}`]);
    incoming[Symbol.dispose]();
  });
});
