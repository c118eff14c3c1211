import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { LiveCounts } from './counts.ts';

/** What may wait in one socket, in bytes. */
export type OutboxLimits = {
  readonly ephemeralDropBytes: number; // above this, typing is dropped
  readonly closeBytes: number; // above this, the socket is closed with a resume code
};

/** What came of a frame: a closing socket takes none. */
export type Put = 'sent' | 'dropped' | 'overflow' | 'closed';

/**
 * The way out of one socket. Frames of one turn of the event loop leave in one write; what waits is
 * bounded in bytes, and a message is never dropped: above the bound the caller closes the socket
 * and the device resumes from its cursor.
 */
export type Outbox = {
  /** Writes a `next` frame around a payload that may be shared by many sockets. */
  next(operationId: string, payload: Buffer, kind: 'stored' | 'ephemeral'): Put;
  /** Writes a message of the protocol itself: an answer, its end, a pong. */
  control(text: string): void;
  /** Resolves at once while the way is clear, else when it is again, or the socket is closed. */
  drained(): Promise<void>;
  bufferedBytes(): number;
};

const tail = Buffer.from('}');

/** What all sockets of a process have in common. */
export type OutboxOptions = {
  readonly limits: OutboxLimits;
  readonly counts: Pick<LiveCounts, 'sent' | 'dropped' | 'slowReaders'>;
};

export function createOutbox(
  socket: WebSocket,
  raw: Duplex,
  { limits, counts }: OutboxOptions,
): Outbox {
  const heads = openHeads();
  return {
    next: (operationId, payload, kind) => {
      if (socket.readyState !== socket.OPEN) return 'closed';
      const waiting = socket.bufferedAmount;
      if (kind === 'ephemeral' && waiting > limits.ephemeralDropBytes) {
        counts.dropped += 1;
        return 'dropped';
      }
      if (waiting > limits.closeBytes) {
        counts.slowReaders += 1;
        return 'overflow';
      }
      corkForThisTurn(raw);
      const frame = Buffer.concat([heads.of(operationId), payload, tail]);
      socket.send(frame, { binary: false }, ignore);
      count(counts.sent[kind], frame.length);
      return 'sent';
    },
    control: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      corkForThisTurn(raw);
      socket.send(text, ignore);
      count(counts.sent.control, Buffer.byteLength(text));
    },
    drained: () => (raw.writableNeedDrain ? drainedOrClosed(raw) : Promise.resolve()),
    bufferedBytes: () => socket.bufferedAmount,
  };
}

function count(sent: LiveCounts['sent']['stored'], bytes: number): void {
  sent.frames += 1;
  sent.bytes += bytes;
}

const headsMax = 100; // as many operations as a socket carries

/** How a frame of each operation begins, made once; few are kept, as few run at a time. */
export function openHeads(): { of(operationId: string): Buffer; kept(): number } {
  const heads = new Map<string, Buffer>();
  return {
    of: (operationId) => {
      const known = heads.get(operationId);
      if (known) return known;
      const made = Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
      if (heads.size >= headsMax) heads.clear();
      heads.set(operationId, made);
      return made;
    },
    kept: () => heads.size,
  };
}

function drainedOrClosed(raw: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.on('drain', done);
    raw.on('close', done);
  });
}

/** A failed write shows as the socket's own close; nothing is to be done here. */
function ignore(): void {}

let corked: Duplex[] = [];

/** All frames that one turn brings for a socket go out together when the turn is over. */
function corkForThisTurn(raw: Duplex): void {
  if (raw.writableCorked > 0) return;
  raw.cork();
  if (corked.length === 0) setImmediate(uncorkAll);
  corked.push(raw);
}

function uncorkAll(): void {
  const turn = corked;
  corked = [];
  for (const raw of turn) raw.uncork();
}
