import type { Cache } from '../ops/adapters/cache/port.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import { readProgressChannel, readWantedChannel } from '../schemas/records/gateway-message.ts';
import type { Clock } from './clock.ts';

/** How far the read models are. Positions only grow. */
export type ReadProgress = {
  /** Every event up to here is in every read model. */
  reached(): bigint;
  /**
   * Waits until `reached` is at least the position, or the time is over; answers with where it is
   * then.
   */
  waitFor(position: bigint, options: WaitOptions): Promise<bigint>;
  /** The same for the events of one key (a conversation or a person), which are there earlier. */
  waitForKey(key: string, position: bigint, options: WaitOptions): Promise<bigint>;
};

/** For how long somebody waits, and through what. */
export type WaitOptions = {
  readonly timeoutMs: number;
  /** Waits on where the tables do not answer; everybody else is answered then, with `reached`. */
  readonly patient?: boolean | undefined;
};

/** What following the progress takes. */
export type FollowProgress = {
  readonly cache: Cache;
  readonly tables: Tables;
  readonly partitions: number;
  readonly partitionOf: (key: string) => number; // the event log driver's own
  readonly clock: Clock;
  readonly waitersMax?: number | undefined; // 10,000 unless told; one more is answered at once
  readonly quietMs?: number | undefined; // 200 unless told: unheard that long, the tables are asked
};

/**
 * Follows the projector: it says how far it is after each transaction, it is told when somebody
 * waits, and who hears nothing while somebody waits reads the checkpoints. Right from the start, as
 * it reads them once before it answers. Events that are parked do not hold the position back.
 */
export async function followProgress(
  options: FollowProgress,
): Promise<ReadProgress & AsyncDisposable> {
  const { cache, tables, partitions, partitionOf } = options;
  const positions = Array.from({ length: partitions }, () => 0n);
  const reached = () => least(positions);
  const waiting = openWaitingRoom(options, {
    want: () => void cache.publish(readWantedChannel, '').catch(() => undefined),
    ask: async () => take(await readPositions(tables)),
  });
  const take = (heard: ReadonlyMap<number, bigint>) => {
    for (const [partition, position] of heard) {
      if (position > (positions[partition] ?? position)) positions[partition] = position;
    }
    waiting.look();
  };
  const leave = await cache.subscribe(readProgressChannel, (message) => {
    const heard = decodeProgress(message);
    if (heard) take(heard);
  });
  take(await readPositions(tables));
  const at = (partition: number) => () => positions[partition] ?? 0n;
  return {
    reached,
    waitFor: (position, options) => waiting.enter({ ...options, at: reached, position }),
    waitForKey: (key, position, options) =>
      waiting.enter({ ...options, at: at(partitionOf(key)), position }),
    [Symbol.asyncDispose]: async () => {
      await leave();
      waiting.close();
    },
  };
}

/** The position up to which every read model holds everything, as the tables say now. */
export async function positionShown(tables: Tables): Promise<bigint> {
  return least((await readPositions(tables)).values());
}

/** The least of some positions; 0 where there are none. */
export function least(positions: Iterable<bigint>): bigint {
  let found: bigint | null = null;
  for (const position of positions) {
    if (found === null || position < found) found = position;
  }
  return found ?? 0n;
}

/** What the projector publishes after a transaction: how far the partitions are that it moved. */
export function encodeProgress(positions: ReadonlyMap<number, bigint>): string {
  return JSON.stringify([...positions].map(([partition, at]) => [partition, String(at)]));
}

/** Null for a message that says nothing. */
export function decodeProgress(message: string): ReadonlyMap<number, bigint> | null {
  try {
    const pairs: readonly (readonly [number, string])[] = JSON.parse(message);
    return new Map(pairs.map(([partition, at]) => [partition, BigInt(at)]));
  } catch {
    return null;
  }
}

/** A rebuild's own checkpoints bear an @ in their name and count for nobody. */
async function readPositions(tables: Tables): Promise<ReadonlyMap<number, bigint>> {
  const rows = await tables.query<{ readonly partition: number; readonly position: bigint }>({
    name: 'read-progress',
    text: `
      select partition, min(position) as position from projector.checkpoint
      where projection not like '%@%' group by partition`,
    values: [],
  });
  return new Map(rows.map(({ partition, position }) => [partition, position]));
}

type Wait = WaitOptions & { readonly at: () => bigint; readonly position: bigint };
type Waiter = {
  readonly ready: () => boolean;
  readonly end: () => void;
  readonly patient: boolean;
};

/**
 * Those who wait. There is no timer while there is nobody. The projector is told that it is wanted
 * once until it is heard of again.
 */
function openWaitingRoom(
  { clock, waitersMax = 10_000, quietMs = 200 }: FollowProgress,
  { want, ask }: { readonly want: () => void; readonly ask: () => Promise<void> },
) {
  const waiters = new Set<Waiter>();
  let stopAsking: (() => void) | null = null;
  let wanted = false;
  const wantOnce = () => {
    if (!wanted) want();
    wanted = true;
  };
  const askLater = () => {
    stopAsking?.();
    const again = () => (waiters.size > 0 ? askLater() : undefined);
    // Read models cannot move without the tables; those are asked again while somebody waits on.
    const away = () => {
      for (const waiter of waiters) if (!waiter.patient) waiter.end();
      again();
    };
    stopAsking = clock.setTimer(quietMs, () => void ask().then(again, away));
  };
  const rest = () => {
    stopAsking?.();
    stopAsking = null;
  };
  const look = () => {
    for (const waiter of waiters) if (waiter.ready()) waiter.end();
    wanted = false;
    if (waiters.size === 0) return rest();
    wantOnce();
    askLater();
  };
  const enter = ({ at, position, timeoutMs, patient = false }: Wait): Promise<bigint> => {
    if (at() >= position || timeoutMs <= 0 || waiters.size >= waitersMax) {
      return Promise.resolve(at());
    }
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        waiters.delete(waiter);
        if (waiters.size === 0) rest();
        resolve(at());
      };
      const waiter = { ready: () => at() >= position, end, patient };
      const cancel = clock.setTimer(timeoutMs, end);
      waiters.add(waiter);
      wantOnce();
      if (stopAsking === null) askLater();
    });
  };
  const close = () => {
    for (const waiter of waiters) waiter.end();
    rest();
  };
  return { enter, look, close };
}
