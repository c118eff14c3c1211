import type {
  AppendOutcome,
  AppendRequest,
  EventStore,
  ExpectedRevision,
  RecordedEvent,
} from '../../adapters/event-store/port.ts';
import { EventStoreUnavailable } from '../../adapters/event-store/port.ts';
import { openBell } from '../../bell.ts';
import type { Weather } from '../faults.ts';
import type { Life } from '../life.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { readAll, readStream, subscribe } from './event-store-reading.ts';

/**
 * The event store as its port promises it and no better: what was appended is flushed a moment
 * later, together with what came meanwhile, and only then answered and seen. A power cut loses what
 * was not flushed.
 */
export type SimulatedEventStore = {
  /** The store as one process sees it. */
  seenBy(life: Life): EventStore;
  cutPower(): void;
  /** Everything that is flushed. */
  events(): readonly RecordedEvent[];
};

export type StoreOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
  readonly now: () => number; // ms since the Unix epoch
  /** A store that lies: it answers first and flushes later. */
  readonly answersUnflushed?: boolean | undefined;
};

export function openSimulatedEventStore(options: StoreOptions): SimulatedEventStore {
  const disk = openDisk(options);
  return {
    seenBy: (life) => seenBy(life, disk, options),
    cutPower: disk.cutPower,
    events: disk.readable,
  };
}

/** What readers may see, and the bell that says that there is more. */
export type Disk = ReturnType<typeof openDisk>;

const appendBytesMax = 1_048_576;
const flushEveryMsMax = 200;

function openDisk({ scheduler, random, now, answersUnflushed = false }: StoreOptions) {
  const stored = openShelf();
  let flushed = 0;
  let waiting: (() => void)[] = [];
  let flushing: (() => void) | null = null;
  const kept = new Map<string, number>(); // how many of a stream are shown, where not all
  const bell = openBell();
  const flush = (): void => {
    flushing = null;
    flushed = stored.all().length;
    for (const answer of waiting.splice(0)) answer();
    bell.ring();
  };
  const soon = (): void => {
    flushing ??= scheduler.at(random.spread(0.1, answersUnflushed ? flushEveryMsMax : 10), flush);
  };
  /** A rule of keeping is an event too, though one that nobody reads here. */
  let ruledAt = 0n;
  const end = (): bigint => {
    const newest = stored.all().at(-1)?.position ?? 0n;
    return newest > ruledAt ? newest : ruledAt;
  };
  const lastFlushed = (): bigint => stored.all()[flushed - 1]?.position ?? 0n;
  const write = ({ stream, events: added }: AppendRequest): void => {
    let position = end();
    let revision = stored.of(stream).length - 1;
    const recordedAtMs = now();
    for (const { id, type, data, metadata } of added) {
      position += BigInt(1 + random.below(3)); // positions grow, and not by one
      revision += 1;
      stored.put({ id, stream, revision, position, type, data, metadata, recordedAtMs });
    }
  };
  return {
    bell,
    /** Events of a stream, or all, that readers may see. */
    readable: (stream?: string): readonly RecordedEvent[] => {
      const all = stream === undefined ? stored.all() : stored.of(stream);
      if (answersUnflushed || flushed === stored.all().length) return all;
      const unflushed = stored.all()[flushed]?.position ?? 0n;
      return all.filter(({ position }) => position < unflushed);
    },
    keeps: (stream: string) => kept.get(stream) ?? null,
    keep: (stream: string, count: number): void => {
      kept.set(stream, count);
      ruledAt = end() + 1n;
    },
    readableEnd: (): bigint => (stored.all().length === flushed ? end() : lastFlushed()),
    /** Answers through the callback, once what it says is on the disk. */
    append: (request: AppendRequest, answer: (outcome: AppendOutcome) => void): void => {
      const { stream } = request;
      const outcome = decide(request, stored.of(stream));
      if (outcome === 'write') write(request);
      const told = outcome === 'write' ? appended(request, stored.of(stream)) : outcome;
      if (answersUnflushed) answer(told);
      else waiting.push(() => answer(told));
      if (answersUnflushed) bell.ring();
      soon();
    },
    cutPower: (): void => {
      stored.cut(flushed);
      waiting = [];
      flushing?.();
      flushing = null;
    },
  };
}

/** Events in their order, and those of each stream. */
function openShelf() {
  let events: RecordedEvent[] = [];
  let streams = new Map<string, RecordedEvent[]>();
  const put = (event: RecordedEvent): void => {
    events.push(event);
    const others = streams.get(event.stream);
    if (others) others.push(event);
    else streams.set(event.stream, [event]);
  };
  return {
    put,
    all: (): readonly RecordedEvent[] => events,
    of: (stream: string): readonly RecordedEvent[] => streams.get(stream) ?? [],
    cut: (length: number): void => {
      const left = events.slice(0, length);
      events = [];
      streams = new Map();
      for (const event of left) put(event);
    },
  };
}

/** Whether it may be written, or what is to be said instead. */
function decide(
  { expected, events }: AppendRequest,
  stored: readonly RecordedEvent[],
): AppendOutcome | 'write' {
  const bytes = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes > appendBytesMax) return { kind: 'too-large', maxBytes: appendBytesMax };
  const ids = events.map(({ id }) => id.toLowerCase());
  const places = ids.map((id) => stored.findIndex((event) => event.id === id));
  const last = stored.length - 1;
  const refused = { kind: 'conflict', revision: last === -1 ? 'no-stream' : last } as const;
  if (places.some((place) => place !== -1) || new Set(ids).size < ids.length) {
    return isFirstOutcome(places, expected) ? outcomeAt(places, stored) : refused;
  }
  return matches(expected, last) ? 'write' : refused;
}

/** These very events stand there in a row, as a request with this expectation would put them. */
function isFirstOutcome(places: readonly number[], expected: ExpectedRevision): boolean {
  const first = places[0] ?? -1;
  if (first < 0 || places.some((place, at) => place !== first + at)) return false;
  if (expected === 'no-stream') return first === 0;
  return typeof expected !== 'number' || first === expected + 1;
}

function matches(expected: ExpectedRevision, last: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'no-stream') return last === -1;
  return expected === 'stream-exists' ? last >= 0 : expected === last;
}

function appended({ events }: AppendRequest, stored: readonly RecordedEvent[]): AppendOutcome {
  return outcomeAt(
    events.map((_, at) => stored.length - events.length + at),
    stored,
  );
}

function outcomeAt(places: readonly number[], stored: readonly RecordedEvent[]): AppendOutcome {
  const positions = places.flatMap((place) => stored[place]?.position ?? []);
  const last = stored[places.at(-1) ?? stored.length - 1];
  return {
    kind: 'appended',
    revision: last?.revision ?? -1,
    position: last?.position ?? 0n,
    positions,
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function seenBy(life: Life, disk: Disk, { weather, scheduler }: StoreOptions): EventStore {
  const counters = { appends: 0, flushes: 0, eventsWritten: 0, eventsRead: 0 };
  const closing = new AbortController();
  const noted = new Set<string>();
  let arrivesMs = 0; // appends of one process arrive in their order
  const send = (request: AppendRequest): Promise<AppendOutcome> =>
    new Promise((resolve, reject) => {
      const back = (run: () => void) => life.inside(weather.delayMs(), run);
      const lost = () => reject(new EventStoreUnavailable('The log does not answer.'));
      arrivesMs = Math.max(arrivesMs, scheduler.now() + weather.delayMs());
      scheduler.at(arrivesMs - scheduler.now(), () => {
        if (life.ended()) return;
        if (weather.strikes('unavailable', 0.02)) return void back(lost);
        if (weather.strikes('conflict', 0.02)) {
          return void back(() => resolve({ kind: 'conflict', revision: 'unknown' }));
        }
        disk.append(request, (outcome) => {
          const isLost = weather.strikes('lost-answer', 0.03);
          back(() => (isLost ? lost() : resolve(outcome)));
        });
      });
    });
  const reading = {
    ...{ life, disk, weather, closed: closing.signal },
    read: (events: number) => {
      counters.eventsRead += events;
    },
  };
  return {
    append: async (request) => {
      if (closing.signal.aborted) throw new EventStoreUnavailable('The log is closed.');
      const wrong = request.events.find(({ id }) => !uuid.test(id));
      if (wrong) throw new TypeError(`the id of an event must be a UUID, not ${wrong.id}`);
      const outcome = await send(request);
      const name = `${request.stream} ${outcome.kind === 'appended' && outcome.position}`;
      if (outcome.kind !== 'appended' || noted.has(name)) return outcome;
      noted.add(name);
      counters.appends += 1;
      counters.eventsWritten += request.events.length;
      return outcome;
    },
    readStream: (request) => readStream(reading, request),
    readAll: (request) => readAll(reading, request),
    subscribeToAll: (request) => subscribe(reading, request),
    keepNewest: (stream, count) => life.ask(weather.delays(), () => disk.keep(stream, count)),
    head: () => life.ask(weather.delays(), () => disk.readable().at(-1)?.position ?? 0n),
    end: () => life.ask(weather.delays(), disk.readableEnd),
    health: async () => ({ ok: true }),
    counters: () => ({ ...counters }),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      disk.bell.ring();
    },
  };
}
