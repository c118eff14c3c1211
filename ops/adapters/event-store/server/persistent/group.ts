import type { Engine } from '../../engine.ts';
import { matcherOf } from '../filter.ts';
import type { Refusal } from '../refusals.ts';
import { failure, groupDropped, Refused, subscribersMax } from '../refusals.ts';
import type { Checkpoints } from './checkpoints.ts';
import { openCheckpoints, readCheckpoint } from './checkpoints.ts';
import type { Consumer } from './consumer.ts';
import type { Definition } from './definition.ts';
import { deliver } from './deliver.ts';
import { fill } from './fill.ts';
import type { Message, Waiting } from './message.ts';
import type { Parking } from './parking.ts';
import { openParking } from './parking.ts';
import type { Progress } from './progress.ts';
import { openProgress } from './progress.ts';
import { park, putBack, retry, settle } from './settle.ts';

/** A group at work. Everything in it is bounded: by its buffers, and by those of its consumers. */
export type Group = {
  readonly definition: Definition;
  readonly running: Running;
  /** Throws Refused when it has as many as it may. */
  join(consumer: Consumer): void;
  /** What the consumer had in hand goes to others. */
  leave(consumer: Consumer): void;
  acknowledge(consumer: Consumer, ids: readonly string[]): void;
  refuse(consumer: Consumer, answer: Nack): void;
  replayParked(count: number): void;
  /** Looks soon for what can be sent. */
  wake(): void;
  /** Messages whose time is over, checkpoints that are due; called again and again. */
  tick(): void;
  /** Ends all consumers and writes how far it came. */
  stop(why: Refusal): Promise<void>;
};

export type Nack = {
  readonly ids: readonly string[];
  readonly action: 'park' | 'retry' | 'skip' | 'stop';
  readonly reason: string;
};

/** What the parts of a group share. */
export type Running = {
  readonly engine: Engine;
  readonly definition: Definition;
  readonly now: () => number;
  readonly progress: Progress;
  readonly checkpoints: Checkpoints;
  readonly parking: Parking;
  readonly wants: (event: { readonly stream: string; readonly type: string }) => boolean;
  readonly consumers: Consumer[];
  /** To be sent: what comes again first, in its order; then what was parked; then what is new. */
  readonly again: Waiting[];
  readonly returned: Message[]; // will be there, in their order, when the next are sent
  readonly replayed: Waiting[];
  readonly fresh: Waiting[];
  freshBytes: number;
  caughtUp: boolean;
  /** On the way to the parked ones. */
  readonly parkings: Set<Promise<void>>;
  readonly sinceMs: number;
  sent: number;
  sentAtLastLook: number;
  stopped: boolean;
  wake(): void;
};

export function openGroup(
  engine: Engine,
  { definition, now }: { definition: Definition; now: () => number },
): Group {
  const running = start(engine, { definition, now });
  const leave = (consumer: Consumer): void => {
    const at = running.consumers.indexOf(consumer);
    if (at < 0) return;
    running.consumers.splice(at, 1);
    for (const { message } of consumer.inFlight.values()) {
      putBack(running, { ...message, retries: message.retries + 1 }); // told, but no failure
    }
    consumer.inFlight.clear();
    running.wake();
  };
  return {
    definition,
    running,
    join: (consumer) => join(running, consumer),
    leave,
    acknowledge: (consumer, ids) => {
      for (const message of taken(running, { consumer, ids })) settle(running, message);
    },
    refuse: (consumer, { ids, action, reason }) => {
      for (const message of taken(running, { consumer, ids })) {
        if (action === 'park') park(running, message, reason);
        else if (action === 'skip') settle(running, message);
        else retry(running, message, reason);
      }
      if (action !== 'stop') return;
      leave(consumer);
      consumer.link.drop(groupDropped(definition, 'was told to stop by this consumer'));
    },
    replayParked: (count) => {
      running.parking.replay(count);
      running.wake();
    },
    wake: running.wake,
    tick: () => tick(running),
    stop: (why) => stop(running, why),
  };
}

function start(
  engine: Engine,
  { definition, now }: { definition: Definition; now: () => number },
): Running {
  const { filter } = definition;
  const matches = filter && matcherOf(filter);
  const progress = openProgress(readCheckpoint(engine, definition) ?? definition.startAfter);
  const running: Running = {
    ...{ engine, definition, now, progress },
    checkpoints: openCheckpoints(engine, { definition, progress }),
    parking: openParking(engine, definition),
    wants: ({ stream, type }) => !matches || matches(filter?.by === 'stream' ? stream : type),
    ...{
      consumers: [],
      again: [],
      returned: [],
      replayed: [],
      fresh: [],
      freshBytes: 0,
      caughtUp: false,
    },
    ...{ parkings: new Set(), sinceMs: now(), sent: 0, sentAtLastLook: 0, stopped: false },
    wake: () => undefined,
  };
  let woken = false;
  const step = (): void => {
    woken = false;
    if (running.stopped) return;
    try {
      const more = fill(running);
      const before = running.sent;
      deliver(running);
      if (more || running.sent > before) running.wake();
    } catch (cause) {
      dropAll(running, failure(cause));
    }
  };
  running.wake = () => {
    if (woken || running.consumers.length === 0) return;
    woken = true;
    setImmediate(step); // other calls go between, and answers of one turn are taken together
  };
  return running;
}

function join(running: Running, consumer: Consumer): void {
  const { definition, consumers, stopped } = running;
  if (stopped) throw new Refused(groupDropped(definition, 'is being changed'));
  const most = definition.settings.maxSubscriberCount || consumersMax;
  if (consumers.length >= Math.min(most, consumersMax)) {
    throw new Refused(subscribersMax(definition));
  }
  consumers.push(consumer);
  running.wake();
}

const consumersMax = 1_000;

/** Those of these ids that the consumer has in hand, and now has no more. */
function taken(
  { now }: Running,
  { consumer, ids }: { consumer: Consumer; ids: readonly string[] },
): readonly Message[] {
  return ids.flatMap((id) => {
    const found = consumer.inFlight.get(id);
    if (!found) return [];
    consumer.inFlight.delete(id);
    consumer.latencies?.note(now() - found.sentAtMs);
    return [found.message];
  });
}

function tick(running: Running): void {
  const { definition, consumers, now } = running;
  if (running.stopped) return;
  const nowMs = now();
  const timeoutMs = definition.settings.messageTimeoutMs;
  for (const { inFlight } of timeoutMs > 0 ? consumers : []) {
    for (const [id, { message, sentAtMs }] of inFlight) {
      if (nowMs - sentAtMs < timeoutMs) break; // those behind it were sent later
      inFlight.delete(id);
      retry(running, message, 'it was not answered in time');
    }
  }
  running.checkpoints.tick(nowMs);
  void running.parking.tidy().catch(() => undefined); // tried again with the next
}

function dropAll(running: Running, why: Refusal): void {
  for (const { link, inFlight } of running.consumers.splice(0)) {
    for (const { message } of inFlight.values()) putBack(running, message);
    link.drop(why);
  }
}

async function stop(running: Running, why: Refusal): Promise<void> {
  if (running.stopped) return;
  running.stopped = true;
  dropAll(running, why);
  await Promise.all(running.parkings);
  await running.checkpoints.flush();
  await running.parking.tidy().catch(() => undefined);
}
