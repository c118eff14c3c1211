import { createHook } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Device } from '../../ops/bench/load/device.ts';
import { openDevice } from '../../ops/bench/load/device.ts';
import { until } from '../../ops/bench/load/open-loop.ts';
import { openTokens } from '../auth/tokens.ts';
import type { Bed } from '../testing/bed.ts';
import { done, openBed } from '../testing/bed.ts';

// Exact counts, no clock: what a message costs by the members who are online.

let bed: Bed;
let people: readonly UserId[];
beforeAll(async () => {
  bed = await openBed();
  people = await bed.people(31);
});
afterAll(() => bed[Symbol.asyncDispose]());

type Listening = { readonly device: Device; readonly frames: string[] };

async function listen(userId: UserId): Promise<Listening> {
  const { tables, rootKey, now } = bed.machines;
  const tokens = await openTokens({ tables, rootKey, now, accessTokenMs: 600_000 });
  const { accessToken: token } = await tokens.issue(userId);
  const frames: string[] = [];
  const heard = { frame: (payload: Buffer) => frames.push(payload.toString()) };
  return { device: await openDevice(bed.url, { id: userId, token }, { heard }), frames };
}

const messagesIn = ({ frames }: Listening) =>
  frames.filter((frame) => frame.includes('"MessageSent"'));

/** Frames, executions and appends of one message in a group, so many of it online. */
async function costOf(online: number) {
  const [owner, ...others] = people;
  const group = await bed.group(owner as UserId, others);
  await bed.settled();
  const listening = await Promise.all(others.slice(0, online).map(listen));
  const before = { ...bed.stats(), ...bed.machines.eventStore.counters() };
  await said(owner as UserId, group);
  await until(() => listening.every((one) => messagesIn(one).length > 0), 20_000);
  const after = { ...bed.stats(), ...bed.machines.eventStore.counters() };
  for (const { device } of listening) device.socket.close();
  await until(() => bed.stats().devices === 0, 20_000);
  return {
    frames: listening.reduce((sum, one) => sum + messagesIn(one).length, 0),
    different: new Set(listening.flatMap(messagesIn)).size,
    executions: after.executions - before.executions,
    appends: after.appends - before.appends,
    eventsWritten: after.eventsWritten - before.eventsWritten,
  };
}

async function said(by: UserId, group: ConversationId): Promise<void> {
  await bed.said(by, group, { text: '<mark 1>' });
  await bed.settled();
}

describe('a message', () => {
  it.each([1, 3, 30])(
    'for %i online is one append, one execution, a frame each',
    async (online) => {
      expect(await costOf(online)).toEqual({
        ...{ frames: online, different: 1, executions: 1, appends: 1, eventsWritten: 1 },
      });
    },
  );

  it('for nobody is executed for nobody', async () => {
    expect(await costOf(0)).toMatchObject({ frames: 0, executions: 0, appends: 1 });
  });
});

describe('a mark', () => {
  it.each([2, 30])('writes one row of the inbox and one of the members, of %i', async (size) => {
    const [owner, reader] = people as readonly [UserId, UserId];
    const group = await bed.group(owner, people.slice(1, size));
    await bed.said(owner, group);
    const mark = { type: 'mark-read', number: 1 } as const;
    const outcome = await bed.commands.participation(reader, group, mark);
    done(outcome);
    await bed.settled();
    const { position } = outcome as { readonly position: bigint };
    const rows = await Promise.all(
      ['inbox.participation', 'conversation_details.member'].map((table) =>
        bed.machines.tables.query({
          text: `select 1 from ${table} where position = $1`,
          values: [position],
        }),
      ),
    );
    expect(rows.map(({ length }) => length)).toEqual([1, 1]);
  });
});

describe('a silent device', () => {
  it('has no timer of its own', async () => {
    const timers = new Set<number>();
    const hook = createHook({
      init: (id, type) => {
        if (type === 'Timeout') timers.add(id);
      },
      destroy: (id) => {
        timers.delete(id);
      },
    }).enable();
    const devices: Listening[] = [];
    for (const userId of people.slice(0, 30)) devices.push(await listen(userId));
    // Those of connecting end within seconds; one each that stayed would be 30.
    const quiet = await until(() => timers.size < 15, 20_000);
    hook.disable();
    for (const { device } of devices) device.socket.close();
    expect(quiet, `${timers.size} timers for 30 devices`).toBe(true);
  });
});
