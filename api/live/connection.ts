import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { UserId } from '../../domain/ids.ts';
import type { Clock } from '../../projections/clock.ts';
import { closeCodes } from './close-codes.ts';
import type { LiveCounts } from './counts.ts';
import type { Outbox, OutboxLimits } from './outbox.ts';
import { createOutbox } from './outbox.ts';

export type SocketLimits = OutboxLimits & {
  readonly frameBytesMax: number; // of one incoming frame
  readonly initWithinMs: number; // from the upgrade to connection_init
  readonly framesPerSecond: number; // incoming, refilled evenly
  readonly framesBurst: number;
  readonly socketsPerPersonMax: number;
  readonly silenceMs: number; // then the socket is pinged, and after as long again it is ended
};

/** Who a token stands for. `ended`: the session is over; `unusable`: missing, wrong or run out. */
export type Authentication =
  | { readonly kind: 'viewer'; readonly userId: UserId; readonly expiresAtMs: number }
  | { readonly kind: 'unusable' }
  | { readonly kind: 'ended' };

export type SocketDependencies = {
  readonly limits: SocketLimits;
  readonly counts: LiveCounts;
  readonly now: () => number; // ms since the Unix epoch
  readonly clock: Clock;
  readonly log: { error(facts: object, message: string): void };
  readonly authenticate: (authorization: string) => Promise<Authentication>;
  readonly originAllowed: (origin: string, host: string | undefined) => boolean;
  /** Counts the sockets of a person; false when she has too many already. */
  readonly seats: Seats;
};

export type Seats = { take(userId: UserId): boolean; free(userId: UserId): void };

/** One socket of one device, from the upgrade to its close. */
export type Connection = {
  readonly socket: WebSocket;
  readonly outbox: Outbox;
  /** Checks connection_init; false refuses it with 4403. */
  connect(params: Readonly<Record<string, unknown>> | undefined): Promise<boolean>;
  viewer(): { readonly userId: UserId; readonly expiresAtMs: number } | null;
  /** The cursor that came with connection_init, newer than that of a repeated subscribe. */
  initCursor(): string | null;
  /**
   * Notes that something arrived; false when it was one frame too many and the socket is closing.
   */
  heard(): boolean;
  /** True when something arrived since it was asked last. */
  wasHeard(): boolean;
  close(): void;
};

export function openConnection(
  socket: WebSocket,
  raw: Duplex,
  { limits, counts, now, authenticate, seats }: SocketDependencies,
): Connection {
  const bucket = frameBucket(limits, now);
  let viewer: { readonly userId: UserId; readonly expiresAtMs: number } | null = null;
  let cursor: string | null = null;
  let heardSince = true;
  return {
    socket,
    outbox: createOutbox(socket, raw, { limits, counts }),
    connect: async (params) => {
      const found = await authenticate(textOf(params, 'authorization') ?? '');
      if (found.kind === 'ended') socket.close(closeCodes.sessionEnded, 'The session has ended');
      if (found.kind !== 'viewer') return false;
      if (socket.readyState !== socket.OPEN) return false;
      if (!seats.take(found.userId)) {
        socket.close(closeCodes.resumeLater, 'Too many devices are connected');
        return false;
      }
      viewer = { userId: found.userId, expiresAtMs: found.expiresAtMs };
      cursor = textOf(params, 'cursor');
      return true;
    },
    viewer: () => viewer,
    initCursor: () => cursor,
    heard: () => {
      heardSince = true;
      if (bucket.take()) return true;
      socket.close(closeCodes.resumeLater, 'Too many frames, slow down');
      return false;
    },
    wasHeard: () => {
      const was = heardSince;
      heardSince = false;
      return was;
    },
    close: () => {
      if (viewer) seats.free(viewer.userId);
      viewer = null;
    },
  };
}

/** Counts sockets by person, in this process. */
export function openSeats(socketsPerPersonMax: number): Seats {
  const taken = new Map<UserId, number>();
  return {
    take: (userId) => {
      const count = taken.get(userId) ?? 0;
      if (count >= socketsPerPersonMax) return false;
      taken.set(userId, count + 1);
      return true;
    },
    free: (userId) => {
      const count = taken.get(userId) ?? 0;
      if (count <= 1) taken.delete(userId);
      else taken.set(userId, count - 1);
    },
  };
}

/** A token bucket that needs no timer. */
function frameBucket(limits: SocketLimits, now: () => number): { take(): boolean } {
  let tokens = limits.framesBurst;
  let at = now();
  return {
    take: () => {
      const passedMs = Math.max(0, now() - at);
      at += passedMs;
      tokens = Math.min(limits.framesBurst, tokens + (passedMs / 1000) * limits.framesPerSecond);
      tokens -= 1;
      return tokens >= 0;
    },
  };
}

function textOf(
  params: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | null {
  const value = params?.[name];
  return typeof value === 'string' ? value : null;
}
