import type { Weather } from './faults.ts';
import type { Role, SimulatedProcess, World } from './process.ts';
import { startProcess } from './process.ts';
import type { Random } from './random.ts';

/** The processes of a platform, each started again some time after it ended. */
export type Fleet = {
  /** Those that live now. */
  processes(): readonly SimulatedProcess[];
  /** Those that let people in. */
  doors(): readonly SimulatedProcess[];
  crash(process: SimulatedProcess): Promise<void>;
  /** Takes in a process that is not started again; it goes when the power goes. */
  takeIn(process: SimulatedProcess): void;
  /** Everything ends at once, and machines forget what they did not flush. */
  cutPower(): Promise<void>;
};

const restartAfterMs = 1_500; // on average

export function openFleet(world: World, roles: readonly Role[]): Fleet {
  const { scheduler, random } = world;
  const running = new Map<Role, SimulatedProcess>();
  const guests: SimulatedProcess[] = [];
  const start = (role: Role): void => {
    const process = startProcess(world, role, () => void crash(process));
    running.set(role, process);
  };
  const crash = async (process: SimulatedProcess): Promise<void> => {
    if (running.get(process.role) !== process) return;
    running.delete(process.role);
    scheduler.at(random.around(restartAfterMs), () => start(process.role));
    await process.life.end();
  };
  for (const role of roles) start(role);
  return {
    processes: () => [...running.values()],
    doors: () => [...running.values()].filter((process) => process.api() !== null),
    crash,
    takeIn: (process) => void guests.push(process),
    cutPower: async () => {
      for (const process of [...running.values()]) await crash(process);
      for (const { life } of guests.splice(0)) await life.end();
      world.eventStore.cutPower();
      world.eventLog.cutPower();
      world.cache.cutPower();
      await world.tables.cutPower();
    },
  };
}

/** One process with everything, two of them, or each worker for itself and some of them twice. */
export function drawRoles(random: Random): readonly Role[] {
  const workers = ['relay', 'projector', 'courier'] as const;
  const whole = (name: string): Role => ({ name, workers, api: true });
  const way = random.pick(['one', 'two', 'apart', 'apart'] as const);
  if (way === 'one') return [whole('whole')];
  if (way === 'two') return [whole('first'), whole('second')];
  const apart = [...workers, ...workers.filter(() => random.chance(0.4))];
  const doors = random.pick([1, 2]);
  return [
    ...apart.map((name, at) => ({ name: `${name} ${at}`, workers: [name], api: false })),
    ...Array.from({ length: doors }, (_, at) => ({ name: `api ${at}`, workers: [], api: true })),
  ];
}

/** What happens to the platform while people talk; the mean times between are those of one seed. */
export function openChaos(
  world: World,
  fleet: Fleet,
  { weather, cutSocket, poison, rebuild }: Hands,
): void {
  const random = world.random.fork('chaos');
  const again = (meanMs: number, run: () => void | Promise<void>): void => {
    world.scheduler.at(random.around(meanMs), async () => {
      await run();
      again(meanMs, run);
    });
  };
  const tell = (what: string, whom = 'all') => world.log.info({ whom }, what);
  const somebody = (): SimulatedProcess | null => {
    const all = fleet.processes();
    return all.length > 0 ? random.pick(all) : null;
  };
  again(3_000, async () => {
    const process = somebody();
    if (!process || !weather.strikes('crash', 0.6)) return;
    tell('crash', process.role.name);
    await fleet.crash(process);
  });
  again(9_000, async () => {
    if (!weather.strikes('power-cut', 0.6)) return;
    tell('power-cut');
    await fleet.cutPower();
  });
  again(4_000, () => {
    const process = somebody();
    if (!process || !weather.strikes('pause', 0.6)) return;
    tell('pause', process.role.name);
    process.life.standStill(random.spread(100, 12_000));
  });
  again(1_000, () => {
    if (weather.strikes('cut', 0.6)) cutSocket(random);
  });
  again(6_000, () => {
    if (weather.strikes('poison', 0.5)) poison(random);
  });
  again(5_000, () => {
    if (weather.strikes('rebuild', 0.6)) rebuild(random);
  });
}

export type Hands = {
  readonly weather: Weather;
  readonly cutSocket: (random: Random) => void;
  readonly poison: (random: Random) => void;
  readonly rebuild: (random: Random) => void;
};
