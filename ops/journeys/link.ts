import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What happens to bytes that go one way; nothing of it loses or reorders any, as TCP does not. */
export type Weather = {
  readonly holds?: boolean | undefined; // nothing passes until the weather changes
  readonly refuses?: boolean | undefined; // who comes is turned away until it changes
  readonly delayMs?: number | undefined;
  readonly jitterMs?: number | undefined; // added, at random up to this
  readonly bytesPerSecond?: number | undefined;
  /** A piece that was lost on the way stalls those behind it until it was sent again. */
  readonly stalls?: { readonly share: number; readonly againAfterMs: number } | undefined;
};

export type Way = 'there' | 'back'; // from who connects, and to them

/** A TCP proxy on loopback before a port of loopback: the network between two programs. */
export type Link = AsyncDisposable & {
  readonly port: number;
  /** From now on, both ways unless one is told. */
  set(weather: Weather, ways?: readonly Way[]): void;
  /** Ends every connection, and what is under way in it. */
  reset(): void;
  /**
   * Cuts the wire of every connection there is: neither end hears anything more of the other, nor
   * that it has gone. Answers with how many of them the far end still believes in.
   */
  strand(): () => number;
};

const heldBytesMax = 1 << 20; // of one direction of a connection; then its sender has to wait

export async function openLink(target: number): Promise<Link> {
  const pairs = new Set<Pair>();
  const lanes: Readonly<Record<Way, Lane>> = { there: openLane(), back: openLane() };
  const server = createServer((near) => {
    if (lanes.there.refuses()) return near.destroy();
    const pair: Pair = { near, far: null, stranded: false };
    pairs.add(pair);
    near.on('error', () => undefined); // shows as its close
    void lanes.there.passable().then(() => join(pair, target, lanes));
    near.on('close', () => pair.far === null && pairs.delete(pair));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    set: (weather, ways = ['there', 'back']) => {
      for (const way of ways) lanes[way].set(weather);
    },
    reset: () => {
      for (const pair of pairs) end(pair);
      pairs.clear();
    },
    strand: () => {
      const stranded = [...pairs];
      for (const pair of stranded) pair.stranded = true;
      return () => stranded.filter(({ far }) => far !== null && !far.destroyed).length;
    },
    [Symbol.asyncDispose]: async () => {
      for (const pair of pairs) end(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Pair = { readonly near: Socket; far: Socket | null; stranded: boolean };

function end({ near, far }: Pair): void {
  near.resetAndDestroy();
  far?.resetAndDestroy();
}

function join(pair: Pair, target: number, lanes: Readonly<Record<Way, Lane>>): void {
  const { near } = pair;
  if (near.destroyed) return;
  const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
  pair.far = far;
  near.setNoDelay();
  far.on('error', () => undefined);
  carry({ from: near, to: far, lane: lanes.there, pair });
  carry({ from: far, to: near, lane: lanes.back, pair });
}

type Carried = {
  readonly from: Socket;
  readonly to: Socket;
  readonly lane: Lane;
  readonly pair: Pair;
};

/** Piece by piece and in order; the end comes behind the last piece. */
function carry({ from, to, lane, pair }: Carried): void {
  let last: Promise<void> = Promise.resolve();
  let held = 0;
  let freeAtMs = 0;
  const afterTheRest = (then: () => void): void => {
    last = last.then(lane.passable).then(() => (pair.stranded ? undefined : then()));
  };
  from.on('data', (piece: Buffer) => {
    freeAtMs = lane.sentMs(piece.length, freeAtMs);
    const dueMs = lane.arrivesMs(freeAtMs);
    held += piece.length;
    if (held > heldBytesMax) from.pause();
    last = last.then(() => pause(Math.max(0, dueMs - performance.now())));
    afterTheRest(() => {
      held -= piece.length;
      from.resume();
      if (to.writable) to.write(piece);
    });
  });
  from.on('end', () => afterTheRest(() => to.end()));
  from.on('close', () => afterTheRest(() => to.destroy()));
}

/** One direction of all connections. */
type Lane = {
  set(weather: Weather): void;
  /** When a piece of so many bytes has gone out, behind what goes out until then. */
  sentMs(bytes: number, freeAtMs: number): number;
  /** When it arrives that went out then. */
  arrivesMs(sentMs: number): number;
  passable(): Promise<void>;
  refuses(): boolean;
};

function openLane(): Lane {
  let weather: Weather = {};
  let clear = Promise.withResolvers<void>();
  clear.resolve();
  return {
    set: (next) => {
      if (next.holds && !weather.holds) clear = Promise.withResolvers();
      if (!next.holds) clear.resolve();
      weather = next;
    },
    sentMs: (bytes, freeAtMs) => {
      const { bytesPerSecond = Number.POSITIVE_INFINITY } = weather;
      return Math.max(performance.now(), freeAtMs) + (bytes / bytesPerSecond) * 1_000;
    },
    arrivesMs: (sentMs) => {
      const { delayMs = 0, jitterMs = 0, stalls } = weather;
      const again = stalls && Math.random() < stalls.share ? stalls.againAfterMs : 0;
      return sentMs + delayMs + Math.random() * jitterMs + again;
    },
    passable: () => clear.promise,
    refuses: () => weather.refuses ?? false,
  };
}
