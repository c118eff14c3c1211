import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../engine.ts';
import { openEngine } from '../../engine.ts';
import { newEvents, newStream } from '../../testing/events.ts';
import { newFolder } from '../../testing/folder.ts';
import { closing } from '../refusals.ts';
import { linkTarget } from '../source.ts';
import type { Consumer } from './consumer.ts';
import type { Definition, Strategy } from './definition.ts';
import { parkedStream, strategies } from './definition.ts';
import type { Group, Nack } from './group.ts';
import { openGroup } from './group.ts';

let engine: Engine;
let folder: Awaited<ReturnType<typeof newFolder>>;
beforeAll(async () => {
  folder = await newFolder();
  engine = await openEngine({ path: folder.path });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder.dispose();
});

const messageTimeoutMs = 1_000;

function definitionOf(stream: string, strategy: Strategy): Definition {
  return {
    ...{ stream, group: 'the-group', startFrom: '0', startAfter: -1, filter: null },
    settings: {
      ...{ resolveLinks: false, extraStatistics: false, maxRetryCount: 2, messageTimeoutMs },
      ...{ checkpointAfterMs: 10, minCheckpointCount: 1, maxCheckpointCount: 5 },
      ...{ maxSubscriberCount: 0, liveBufferSize: 10, readBatchSize: 3, historyBufferSize: 8 },
      strategy,
    },
  };
}

type Peer = Consumer & { stalled: boolean; dropped: boolean };

let peers = 0;
function newPeer(bufferSize: number): Peer {
  peers += 1;
  const peer: Peer = {
    ...{ id: `consumer-${peers}`, from: '', username: '', connectionName: '', bufferSize },
    ...{ inFlight: new Map(), latencies: null, sinceMs: 0, sent: 0, sentAtLastLook: 0 },
    ...{ stalled: false, dropped: false },
    link: {
      ready: () => !peer.stalled,
      send: () => expect(peer.inFlight.size).toBeLessThanOrEqual(bufferSize),
      drop: () => {
        peer.dropped = true;
      },
    },
  };
  return peer;
}

/** Lets the group send what it can, and what it writes be durable. */
async function rest({ running }: Group): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) {
    await Promise.all(running.parkings);
    await setImmediate();
  }
}

type Step =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'join'; readonly bufferSize: number }
  | { readonly do: 'leave' | 'stall'; readonly whom: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: Nack['action'] | 'ack'; readonly whom: number; readonly which: number };

const whom = fc.nat(5);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ do: fc.constant('join' as const), bufferSize: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ do: fc.constantFrom('leave' as const, 'stall' as const), whom }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(20, 600, 1_200) }),
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('ack', 'ack', 'ack', 'park', 'retry', 'skip', 'stop'),
        ...{ whom, which: fc.nat(5) },
      }) as fc.Arbitrary<Step>,
    },
  ),
  { minLength: 10, maxLength: 60 },
);

test('whatever happens, every event is settled once or parked once, and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...strategies), async (run, strategy) => {
      const definition = definitionOf(newStream(), strategy);
      let nowMs = 0;
      const group = openGroup(engine, { definition, now: () => nowMs });
      let here: Peer[] = [];
      const settled: number[] = [];
      let appended = 0;
      const answer = (peer: Peer, which: number, action: Nack['action'] | 'ack'): void => {
        const [id, inHand] = [...peer.inFlight][which % Math.max(1, peer.inFlight.size)] ?? [];
        if (!id || !inHand) return;
        if (action === 'ack' || action === 'skip') settled.push(inHand.message.revision);
        if (action === 'ack') group.acknowledge(peer, [id, id]);
        else group.refuse(peer, { ids: [id, id], action, reason: 'as the spec says' });
      };
      const append = async (count: number): Promise<void> => {
        const { stream } = definition;
        await engine.append({ stream, expected: 'any', events: newEvents(count) });
        appended += count;
        group.wake();
      };
      const join = (bufferSize: number): void => {
        const peer = newPeer(bufferSize);
        group.join(peer);
        here.push(peer);
      };
      const take = async (step: Step): Promise<void> => {
        if (step.do === 'append') return append(step.count);
        if (step.do === 'join') return join(step.bufferSize);
        if (step.do === 'pass') {
          nowMs += step.ms;
          return group.tick();
        }
        const peer = here[step.whom % Math.max(1, here.length)];
        if (!peer) return;
        if (step.do === 'leave') group.leave(peer);
        else if (step.do === 'stall') {
          peer.stalled = !peer.stalled;
          group.wake();
        } else if ('which' in step) answer(peer, step.which, step.do);
        if (step.do === 'leave' || peer.dropped) here = here.filter((other) => other !== peer);
      };
      await append(5);
      for (const step of run) {
        await take(step);
        await rest(group);
      }
      for (const peer of here) group.leave(peer);
      here = [];
      join(6);
      await rest(group);
      const isOpen = () => group.running.progress.settledUpTo() < appended - 1;
      for (let turn = 0; turn < 500 && isOpen(); turn += 1) {
        for (const peer of here) answer(peer, 0, 'ack');
        await rest(group);
      }
      const parked = engine
        .reader()
        .pageOfStream({
          name: parkedStream(definition),
          from: 0,
          direction: 'forwards',
          eventsMax: 500,
        })
        .map((link) => linkTarget(link)?.revision ?? -1);
      const all = [...settled, ...parked].toSorted((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: appended }, (_, revision) => revision));
      await group.stop(closing);
      expect(group.running.checkpoints.last()).toBe(appended - 1);
    }),
    { seed: 6_020, numRuns: 60 },
  );
});

test('what waits to be sent is bounded, however much there is', async () => {
  const definition = definitionOf(newStream(), 'RoundRobin');
  await engine.append({ stream: definition.stream, expected: 'any', events: newEvents(500) });
  const group = openGroup(engine, { definition, now: () => 0 });
  const peer = newPeer(4);
  group.join(peer);
  await rest(group);
  const { running } = group;
  expect(peer.inFlight.size).toBe(4);
  expect(running.fresh.length).toBe(8);
  expect(running.progress.open()).toBe(12);
  await group.stop(closing);
});

test('a consumer whose connection takes nothing is passed over', async () => {
  const definition = definitionOf(newStream(), 'RoundRobin');
  const group = openGroup(engine, { definition, now: () => 0 });
  const [still, taking] = [newPeer(5), newPeer(5)];
  still.stalled = true;
  group.join(still);
  group.join(taking);
  await engine.append({ stream: definition.stream, expected: 'any', events: newEvents(3) });
  group.wake();
  await rest(group);
  expect([still.inFlight.size, taking.inFlight.size]).toEqual([0, 3]);
  await group.stop(closing);
});

test('Pinned brings each stream that links point to always to the same one, in order', async () => {
  const definition = definitionOf(newStream(), 'Pinned');
  const targets = Array.from({ length: 20 }, () => newStream());
  const links = targets.flatMap((target) =>
    newEvents(4).map((event, revision) => ({
      ...event,
      ...{ type: '$>', data: Buffer.from(`${revision}@${target}`), json: false },
    })),
  );
  await engine.append({ stream: definition.stream, expected: 'any', events: links });
  const group = openGroup(engine, { definition, now: () => 0 });
  const two = [newPeer(2), newPeer(2)];
  for (const peer of two) group.join(peer);
  const seen: { readonly by: string; readonly about: string; readonly revision: number }[] = [];
  for (let turn = 0; turn < 500 && seen.length < links.length; turn += 1) {
    await rest(group);
    for (const peer of two) {
      const [id, inHand] = [...peer.inFlight][0] ?? [];
      if (!id || !inHand) continue;
      const { about, revision } = inHand.message;
      seen.push({ by: peer.id, about, revision });
      group.acknowledge(peer, [id]);
    }
  }
  expect(seen).toHaveLength(links.length);
  for (const target of targets) {
    const mine = seen.filter(({ about }) => about === target);
    expect(new Set(mine.map(({ by }) => by)).size).toBe(1);
    expect(mine.map(({ revision }) => revision)).toEqual(
      mine.map(({ revision }) => revision).toSorted((a, b) => a - b),
    );
  }
  expect(new Set(seen.map(({ by }) => by)).size).toBe(2);
  await group.stop(closing);
});
