import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import { least } from '../../projections/progress.ts';
import type { GatewayMessage } from '../../schemas/records/gateway-message.ts';
import { gatewayChannel } from '../../schemas/records/gateway-message.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { placesOf } from '../relay/place.ts';
import type { Bed } from '../testing/bed.ts';
import { conversation, eventually, openBed, start } from '../testing/bed.ts';
import { openTextEvent } from '../testing/open-text.ts';
import { courier } from './courier.ts';

let bed: Bed;
let relaying: ReturnType<typeof start>;
beforeEach(async () => {
  bed = await openBed();
  relaying = start(bed.relay());
});
afterEach(async () => {
  await relaying.stop();
  await bed[Symbol.asyncDispose]();
});

const ada = '0198f1d2-0000-7000-8000-00000000a001' as UserId;

/** A gateway that keeps what it hears. */
async function gateway(name: string, rooms: readonly string[]) {
  const { registry } = bed.cache;
  await registry.renew(name, { leaseMs: 60_000 });
  await registry.enter(name, rooms);
  const heard: GatewayMessage[] = [];
  await bed.cache.subscribe(gatewayChannel(name), (message) => {
    heard.push(JSON.parse(message));
  });
  const positions = () =>
    heard.flatMap((message) =>
      message.kind === 'records'
        ? message.values.map((value) => BigInt(JSON.parse(value).position))
        : [],
    );
  const progress = () =>
    heard.reduce(
      (far, message) => (message.kind === 'progress' ? BigInt(message.position) : far),
      0n,
    );
  return { heard, positions, progress };
}

const room = (id: number) => `conversation:${conversation(id)}`;
const delivering = (
  shared: readonly ConversationId[] = [],
  options: { recordsMax?: number } = {},
) => {
  const base = { ...bed, holder: bed.newId(), leaseMs: 400 };
  return start(courier({ ...base, conversationsOf: async () => shared, ...options }));
};

/** How far the relay is in every partition. */
const said = async () => least(await placesOf(bed.eventLog, eventsTopic));

describe('the courier', () => {
  it('gives each gateway what concerns it, in order, and nothing else', async () => {
    const here = await gateway('here', [room(1), room(2)]);
    const there = await gateway('there', [room(2)]);
    const nowhere = await gateway('nowhere', []);
    const running = delivering();
    const said = [[], [], [], []] as bigint[][];
    let last = 0n;
    for (let n = 0; n < 60; n += 1) {
      last = await bed.say(n % 4, `message ${n}`);
      said[n % 4]?.push(last);
    }
    await eventually(() => nowhere.progress() >= last);
    await eventually(() => here.progress() >= last && there.progress() >= last);
    await running.stop();
    const [, one = [], two = []] = said;
    expect(there.positions()).toEqual(two);
    expect([...here.positions()].sort((a, b) => Number(a - b))).toEqual(
      [...one, ...two].sort((a, b) => Number(a - b)),
    );
    expect(here.positions().filter((each) => one.includes(each))).toEqual(one);
    expect(nowhere.heard.every(({ kind }) => kind === 'progress')).toBe(true);
  });

  it('says progress only after everything up to it was sent', async () => {
    const rooms = Array.from({ length: 12 }, (_, id) => room(id));
    const here = await gateway('here', rooms);
    const sent: bigint[] = [];
    for (let n = 0; n < 120; n += 1) {
      sent.push(await bed.say(n % 3 === 0 ? n % 12 : 1, `message ${n}`));
    }
    await eventually(async () => (await said()) >= (sent.at(-1) ?? 0n));
    // One record of each partition at a time, so that the busy one is far behind the others.
    const running = delivering([], { recordsMax: 8 });
    await eventually(() => here.progress() >= (sent.at(-1) ?? 0n));
    await running.stop();
    const had = new Set<bigint>();
    for (const message of here.heard) {
      if (message.kind === 'records') {
        for (const value of message.values) had.add(BigInt(JSON.parse(value).position));
      } else if (message.kind === 'progress') {
        const upTo = BigInt(message.position);
        expect(sent.filter((position) => position <= upTo && !had.has(position))).toEqual([]);
      }
    }
  });

  it('delivers late, rather than never, what happened while no courier ran', async () => {
    const here = await gateway('here', [room(1)]);
    const first = delivering();
    const sent = [await bed.say(1, 'before')];
    await eventually(() => here.progress() >= (sent[0] ?? 0n));
    await first.stop();
    for (let n = 0; n < 20; n += 1) sent.push(await bed.say(1, `unheard ${n}`));
    const second = delivering();
    await eventually(() => here.progress() >= (sent.at(-1) ?? 0n));
    await second.stop();
    expect([...new Set(here.positions())]).toEqual(sent);
  });

  it('sends again what it could not send', async () => {
    const here = await gateway('here', [room(1)]);
    let failures = 3;
    const cache: Cache = {
      ...bed.cache,
      publish: async (channel, message) => {
        failures -= 1;
        if (failures >= 0) throw new Error('away');
        await bed.cache.publish(channel, message);
      },
    };
    const sent: bigint[] = [];
    for (let n = 0; n < 20; n += 1) sent.push(await bed.say(1, `message ${n}`));
    let failed = 0;
    while (here.progress() < (sent.at(-1) ?? 0n)) {
      const running = start(
        courier({
          ...{ ...bed, cache, holder: bed.newId(), leaseMs: 400 },
          conversationsOf: async () => [],
        }),
      );
      const done = eventually(() => here.progress() >= (sent.at(-1) ?? 0n));
      await Promise.race([done, running.done.catch(() => undefined)]);
      await running.stop().catch(() => {
        failed += 1;
      });
      done.catch(() => undefined);
    }
    expect(failed).toBeGreaterThan(0);
    expect([...new Set(here.positions())]).toEqual(sent);
  });

  it('says again how far it is when it starts, though nothing happens any more', async () => {
    const here = await gateway('here', [room(1)]);
    const first = delivering();
    const last = await bed.say(1, 'before');
    await eventually(() => here.progress() >= last);
    await first.stop();
    const late = await gateway('late', [room(1)]);
    const second = delivering();
    await eventually(() => late.progress() >= last);
    await second.stop();
    expect(late.positions()).toEqual([]);
  });

  it('lets a second one wait and go on when the first is gone', async () => {
    const here = await gateway('here', [room(1)]);
    const first = delivering();
    const sent = [await bed.say(1, 'one')];
    await eventually(() => here.progress() >= (sent[0] ?? 0n));
    const second = delivering();
    for (let n = 0; n < 20; n += 1) sent.push(await bed.say(1, `both ${n}`));
    await first.stop();
    for (let n = 0; n < 20; n += 1) sent.push(await bed.say(1, `one ${n}`));
    await eventually(() => here.progress() >= (sent.at(-1) ?? 0n));
    await second.stop();
    expect([...new Set(here.positions())]).toEqual(sent);
  });

  it('tells those who talk with a person of her new profile', async () => {
    const herself = await gateway('herself', [`person:${ada}`]);
    const friends = await gateway('friends', [room(3)]);
    const others = await gateway('others', [room(4)]);
    const running = delivering([conversation(3) as ConversationId]);
    const outcome = await bed.eventStore.append({
      stream: `account-${ada}`,
      expected: 'any',
      events: [openTextEvent('profile-changed', { about: 'new' })],
    });
    const position = outcome.kind === 'appended' ? outcome.position : 0n;
    await eventually(() => others.progress() >= position);
    await eventually(() => herself.progress() >= position && friends.progress() >= position);
    await running.stop();
    expect([herself.positions(), friends.positions(), others.positions()]).toEqual([
      [position],
      [position],
      [],
    ]);
  });
});
