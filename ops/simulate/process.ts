import { openAccess } from '../../api/auth/access.ts';
import type { Passwords } from '../../api/auth/passwords.ts';
import type { Tokens } from '../../api/auth/tokens.ts';
import type { Protocol } from '../../api/live/protocol.ts';
import { openProtocol } from '../../api/live/protocol.ts';
import type { UserId } from '../../domain/ids.ts';
import { parseUserId } from '../../domain/ids.ts';
import { switchedOff } from '../adapters/analytics/off.ts';
import type { RootKey } from '../adapters/keys/port.ts';
import { openEmbeddedSearch } from '../adapters/search/embedded.ts';
import type { Config } from '../config/config.ts';
import type { Core } from '../core.ts';
import { openCore } from '../core.ts';
import type { WiredApi } from '../edge.ts';
import { wireApi } from '../edge.ts';
import type { Machines } from '../machines.ts';
import type { Log } from '../observe/log.ts';
import { openRecordOpener } from '../vault/open-records.ts';
import { openVault } from '../vault/vault.ts';
import type { Life } from './life.ts';
import { openLife } from './life.ts';
import type { SimulatedCache } from './machines/cache.ts';
import type { SimulatedEventLog } from './machines/event-log.ts';
import type { SimulatedEventStore } from './machines/event-store.ts';
import { noObjects } from './machines/objects.ts';
import type { SimulatedTables } from './machines/tables.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What processes of the platform share: the machines, and time. */
export type World = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly now: () => number; // ms since the Unix epoch, as every clock has it
  readonly eventStore: SimulatedEventStore;
  readonly eventLog: SimulatedEventLog;
  readonly tables: SimulatedTables;
  readonly cache: SimulatedCache;
  readonly log: Log;
};

/** What a process does. */
export type Role = {
  readonly name: string;
  readonly workers: Config['workers'];
  readonly api: boolean;
};

/**
 * A process of the platform from one start to its end: the real composition on simulated machines.
 */
export type SimulatedProcess = {
  readonly role: Role;
  readonly life: Life;
  readonly machines: Machines;
  /** Null until it lets people in, and where it has none. */
  api(): { readonly wired: WiredApi; readonly protocol: Protocol } | null;
};

const startMsMax = 60_000; // a process that has not come up by then is ended by who started it

export function startProcess(world: World, role: Role, failed: () => void): SimulatedProcess {
  const life = openLife(role.name, world.scheduler);
  const machines = machinesOf(world, life);
  let api: ReturnType<SimulatedProcess['api']> = null;
  const start = async (): Promise<void> => {
    const core = await openCore(machines, { workers: role.workers, patienceMs: 30_000 }, world.log);
    if (role.api) api = await openApi(machines, core, world.log);
    giveUp();
  };
  const giveUp = life.inside(startMsMax, failed);
  start().catch((cause: unknown) => {
    world.log.warn({ process: role.name, cause: String(cause) }, 'did not start');
    failed();
  });
  return { role, life, machines, api: () => api };
}

async function openApi(machines: Machines, { commands, progress }: Core, log: Log) {
  const { tables, cache, newId, now } = machines;
  const access = openAccess({
    ...{ tables, cache, commands, newId },
    ...{ passwords: plainPasswords, tokens: plainTokens(now) },
  });
  const config = { costPerMinute: 1_000_000_000, framesPerSecond: 1_000, origins: [] };
  const wired = await wireApi({ config, machines, commands, progress, access, log });
  return { wired, protocol: openProtocol(wired.socket, wired.operations) };
}

/** Chance and ids are the seed's own for each start of a process. */
function machinesOf(world: World, life: Life): Machines {
  const { scheduler, now } = world;
  const random = world.random.fork(`${life.name} from ${scheduler.now()}`);
  const tables = world.tables.seenBy(life);
  const vault = openVault({ tables, rootKey: plainRootKey, newKey: () => random.bytes(32) });
  return {
    ...{ folder: null, rootKey: plainRootKey, tables, vault, now },
    promptTables: tables,
    eventStore: { ...world.eventStore.seenBy(life), address: null },
    eventLog: world.eventLog.seenBy(life),
    cache: world.cache.seenBy(life),
    objects: noObjects,
    analytics: { ...switchedOff('A simulation has no analytics.'), address: async () => 'off' },
    search: openEmbeddedSearch({ path: '' }), // nobody searches there
    opener: openRecordOpener(vault),
    clock: life.clock,
    chance: random.next,
    newId: () => uuidV7(now(), random),
    [Symbol.asyncDispose]: () => life.end(),
  };
}

/** RFC 9562, section 5.7, with the seed's chance. */
export function uuidV7(atMs: number, random: Random): string {
  const time = atMs.toString(16).padStart(12, '0');
  const rest = random.bytes(10);
  rest[0] = ((rest[0] ?? 0) & 0x0f) | 0x70;
  rest[2] = ((rest[2] ?? 0) & 0x3f) | 0x80;
  const hex = time + rest.toString('hex');
  const cuts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...cuts, hex.slice(20)].join('-');
}

/** Secrets are not what a simulation looks for: these keep none, and take no time. */
const plainRootKey: RootKey = {
  wrap: async (key) => key,
  unwrap: async (wrapped) => wrapped,
  [Symbol.asyncDispose]: async () => undefined,
};

const plainPasswords: Passwords = {
  hash: async (password) => password,
  verify: async (password, phc) => password === phc,
  isOld: () => false,
};

const tokenMs = 24 * 60 * 60 * 1_000;

function plainTokens(now: () => number): Tokens {
  return {
    issue: async (userId) => ({ accessToken: userId, expiresAtMs: now() + tokenMs }),
    verify: async (token) => {
      const userId: UserId | null = parseUserId(token);
      return userId && { userId, expiresAtMs: now() + tokenMs };
    },
  };
}
