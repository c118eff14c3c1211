import { createHash } from 'node:crypto';
import { projections } from '../../projections/all.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { rebuild } from '../../workers/rebuild/rebuild.ts';
import type { Log } from '../observe/log.ts';
import type { FaultName } from './faults.ts';
import { drawFaults, openWeather } from './faults.ts';
import { writeFinals } from './finals.ts';
import type { Fleet } from './fleet.ts';
import { drawRoles, openChaos, openFleet } from './fleet.ts';
import type { HistoryLine } from './history.ts';
import { openLife } from './life.ts';
import { openSimulatedCache } from './machines/cache.ts';
import type { Databases } from './machines/databases.ts';
import { openSimulatedEventLog } from './machines/event-log.ts';
import { openSimulatedEventStore } from './machines/event-store.ts';
import { openSimulatedTables } from './machines/tables.ts';
import type { Network } from './network.ts';
import { openNetwork } from './network.ts';
import type { Device } from './people/device.ts';
import { openDevice } from './people/device.ts';
import { documents } from './people/documents.ts';
import type { Answer } from './people/requests.ts';
import { idIn } from './people/requests.ts';
import { openSession } from './people/session.ts';
import { openTown } from './people/town.ts';
import type { SimulatedProcess, World } from './process.ts';
import { startProcess, uuidV7 } from './process.ts';
import { openRandom } from './random.ts';
import type { Recorder } from './recorder.ts';
import { openRecorder } from './recorder.ts';
import { openScheduler } from './scheduler.ts';

/** What a seed decides unless it is told otherwise. */
export type SeedOptions = {
  readonly seed: number;
  readonly deeds: number; // of all people together
  readonly peopleMax?: number | undefined;
  readonly faults?: readonly FaultName[] | undefined;
  readonly pauseMs?: number | undefined; // between two deeds of somebody, on average
  readonly answersUnflushed?: boolean | undefined; // an event store that lies
  readonly note?: ((line: string) => void) | undefined; // what the platform logs
};

/** What a seed came to. */
export type SeedRun = {
  readonly seed: number;
  readonly lines: readonly HistoryLine[];
  readonly digest: string;
  readonly faults: readonly FaultName[];
  readonly operations: number;
  readonly steps: number; // events of the scheduler
  readonly simulatedMs: number;
};

const simulatedMsMax = 1_800_000; // ten times what a seed may take to heal

/** Runs one seed from nothing to its final reads; the same options give the same history. */
export async function runSeed(options: SeedOptions, databases: Databases): Promise<SeedRun> {
  const { seed, note } = options;
  const random = openRandom(`seed ${seed}`);
  const faults = options.faults ? new Set(options.faults) : drawFaults(random.fork('faults'));
  const scheduler = openScheduler();
  const weather = openWeather(faults, random.fork('weather'));
  const epochMs = Date.UTC(2026, 0, 1) + random.below(30 * 24 * 3_600_000);
  const now = () => Math.floor(epochMs + scheduler.now());
  const machine = (name: string) => ({ scheduler, weather, now, random: random.fork(name) });
  const world: World = {
    ...{ scheduler, now, random: random.fork('processes'), log: logTo(note, scheduler.now) },
    eventStore: openSimulatedEventStore({
      ...machine('event store'),
      answersUnflushed: options.answersUnflushed,
    }),
    eventLog: openSimulatedEventLog(machine('event log')),
    tables: await openSimulatedTables({ ...machine('tables'), databases }),
    cache: openSimulatedCache(machine('cache')),
  };
  const recorder = openRecorder(scheduler);
  const fleet = openFleet(world, drawRoles(random.fork('roles')));
  const network = openNetwork({ ...machine('network'), doors: fleet.doors });
  const part = { ...options, world, random, recorder, fleet, network, weather };
  let over = false;
  const whole = live(part).finally(() => {
    over = true;
  });
  try {
    const ended = await scheduler.run(() => over || scheduler.now() > simulatedMsMax);
    if (!ended) throw new Error('everybody waits, and nothing can happen any more');
    if (!over) throw new Error(`it is not over after ${simulatedMsMax} simulated ms`);
    await whole;
  } finally {
    await world.tables.close();
  }
  const { lines } = recorder;
  return {
    ...{ seed, lines, digest: digestOf(lines), faults: [...faults] },
    ...{ operations: recorder.operations(), steps: scheduler.steps() },
    simulatedMs: scheduler.now(),
  };
}

type Part = SeedOptions & {
  readonly world: World;
  readonly random: ReturnType<typeof openRandom>;
  readonly recorder: Recorder;
  readonly fleet: Fleet;
  readonly network: Network;
  readonly weather: ReturnType<typeof openWeather>;
};

/** From the first registration to the last look. */
async function live(part: Part): Promise<void> {
  const { world, random, recorder, fleet, network, weather, deeds } = part;
  const outside = openLife('outside', world.scheduler); // never ends
  const pause = (ms: number) => new Promise<void>((resolve) => outside.inside(ms, resolve));
  const count = Math.min(part.peopleMax ?? 6, 2 + random.below(5));
  const people: string[] = [];
  while (people.length < count) {
    people.push(await register(network, `person-${people.length}`, pause));
  }
  const town = openTown(people);
  const sessions = people.flatMap((person, at) =>
    Array.from({ length: 1 + random.below(2) }, (_, device) => {
      const who = { person, session: `${at}/${device}` };
      const own = random.fork(`session ${who.session}`);
      const common = { who, network, recorder, life: outside, random: own };
      const newClientId = () => uuidV7(world.now(), own);
      return { who, common, newClientId };
    }),
  );
  const devices = sessions
    .filter((_, at) => at % 4 !== 3)
    .map(({ common }) => openDevice({ ...common, random: common.random.fork('device') }));
  const pauseMs = part.pauseMs ?? random.spread(100, 1_500);
  const talks = sessions.map(({ common, newClientId }) =>
    openSession({ ...common, town, newClientId, pauseMs }),
  );
  weather.begin();
  openChaos(world, fleet, {
    weather,
    cutSocket: (chance) => chance.pick(devices).cut(),
    poison: () => void poison(part),
    rebuild: (chance) => void rebuildSome(part, chance.pick(projections)),
  });
  await Promise.all(talks.map((session) => session.talk(Math.ceil(deeds / talks.length))));
  weather.heal();
  world.log.info({}, 'faults have healed');
  const healedMs = world.scheduler.now();
  recorder.write({ line: 'faults-healed', atMs: recorder.atMs() });
  await Promise.all(talks.map((session) => session.clearUp()));
  world.log.info({}, 'every message has an answer');
  const observer = await startObserver(world, pause);
  world.log.info({}, 'an observer looks on');
  await drain({ ...part, observer, devices, healedMs }, pause);
  world.log.info({}, 'nobody is behind any more');
  const [first] = sessions;
  if (!first) return;
  const fresh = openDevice({
    ...{ ...first.common, random: random.fork('fresh') },
    who: { ...first.who, session: 'fresh' },
  });
  while (!fresh.settled()) await pause(500);
  world.log.info({}, 'a fresh device has come');
  await pause(2_000);
  await writeFinals({ recorder, network, people, observer, devices: [...devices, fresh] });
}

async function register(
  network: Network,
  name: string,
  pause: (ms: number) => Promise<void>,
): Promise<string> {
  const account = { name, email: `${name}@example.org`, password: 'a long enough one' };
  for (;;) {
    const variables = { input: { ...account, device: 'simulated' } };
    const result = await network.ask(null, { text: documents.register, variables });
    const person: Answer = result?.data?.register;
    if (person?.viewer) return idIn((person as Answer).viewer.person.id);
    await pause(500);
  }
}

async function startObserver(
  world: World,
  pause: (ms: number) => Promise<void>,
): Promise<SimulatedProcess> {
  const role = { name: 'observer', workers: [], api: true };
  const observer = startProcess(world, role, () => undefined);
  while (observer.api() === null) await pause(200);
  return observer;
}

type Draining = Part & {
  readonly observer: SimulatedProcess;
  readonly devices: readonly Device[];
  readonly healedMs: number;
};

const drainMsMax = 180_000;
const quietMs = 25_000; // longer than anything that was under way takes to be noticed

/**
 * Waits until nobody is behind any more, says how long it took, and lets everything come to rest.
 */
async function drain(
  { world, observer, recorder, devices, healedMs }: Draining,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const { eventLog, eventStore } = observer.machines;
  const { progress } = observer.api()?.wired.api ?? {};
  const head = await eventStore.head();
  for (const consumer of ['read models', 'courier']) {
    for (;;) {
      const sinceHealedMs = world.scheduler.now() - healedMs;
      const [lag = []] = await eventLog.lag(eventsTopic, ['courier']);
      const reached = progress?.reached() ?? 0n;
      const events =
        consumer === 'courier' ? lag.reduce((sum, one) => sum + one, 0) : Number(head - reached);
      const behind = Math.max(0, events);
      if (behind === 0 || sinceHealedMs > drainMsMax) {
        recorder.write({ line: 'lag', consumer, events: behind, sinceHealedMs });
        break;
      }
      await pause(250);
    }
  }
  await pause(quietMs);
  for (let left = 100; left > 0 && devices.some((device) => !device.settled()); left -= 1) {
    await pause(500);
  }
}

/** An event that no read model can take, under a key of its own beside all others. */
async function poison({ world, random, recorder }: Part): Promise<void> {
  const life = openLife('poisoner', world.scheduler);
  const own = random.fork(`poison ${recorder.atMs()}`);
  const id = uuidV7(world.now(), own);
  const data = Buffer.from(own.pick(['{"number":1}', '{}', '{"number":"one"}']));
  const event = { id, type: 'message-sent', data, metadata: new Uint8Array(0) };
  const store = world.eventStore.seenBy(life);
  await store
    .append({ stream: `conversation-${id}`, expected: 'any', events: [event] })
    .catch(() => undefined);
}

/** As `npm run rebuild` would, while everything goes on. */
async function rebuildSome(
  { world, fleet, recorder }: Part,
  projection: (typeof projections)[number],
): Promise<void> {
  const role = { name: `rebuilder ${recorder.atMs()}`, workers: [], api: false };
  const process = startProcess(world, role, () => undefined);
  fleet.takeIn(process);
  const { signal } = new AbortController();
  const options = { ...process.machines, projection, compare: true };
  await rebuild(options, signal).catch(() => undefined);
  await process.life.end();
}

function digestOf(lines: readonly HistoryLine[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${JSON.stringify(line)}\n`);
  return hash.digest('hex').slice(0, 16);
}

function logTo(note: SeedOptions['note'], now: () => number): Log {
  const write = (level: string) => (facts: object, message: string) =>
    note?.(`${now().toFixed(1)} ${level} ${message} ${JSON.stringify(facts)}`);
  const [debug, info, warn, error] = ['debug', 'info', 'warn', 'error'].map(write);
  const nothing = () => undefined;
  return {
    ...{ debug: debug ?? nothing, info: info ?? nothing },
    ...{ warn: warn ?? nothing, error: error ?? nothing },
  };
}
