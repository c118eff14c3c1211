/**
 * What the sockets of this process did since it started: whole numbers that only grow, always
 * counted, as an addition costs less than asking whether anybody reads it.
 */
export type LiveCounts = {
  /** Frames and bytes that went out: `stored` are events, `control` the protocol's own. */
  readonly sent: Readonly<Record<'stored' | 'ephemeral' | 'control', Sent>>;
  dropped: number; // typing, on the way to a socket that is slow
  slowReaders: number; // closed because too much waited for them
  /** Devices that came in: let go live, refused for their cursor, or told to resume later. */
  readonly catchUps: Record<'done' | 'refused' | 'failed', number>;
  /** Sockets that closed, by their code, whichever side it came from. */
  readonly closes: Map<number, number>;
};

type Sent = { frames: number; bytes: number };

export function openLiveCounts(): LiveCounts {
  const none = (): Sent => ({ frames: 0, bytes: 0 });
  return {
    sent: { stored: none(), ephemeral: none(), control: none() },
    ...{ dropped: 0, slowReaders: 0 },
    catchUps: { done: 0, refused: 0, failed: 0 },
    closes: new Map(),
  };
}
