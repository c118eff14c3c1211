import { every } from '../../projections/clock.ts';
import { closeCodes } from './close-codes.ts';
import type { Connection, SocketDependencies } from './connection.ts';

/**
 * One timer for all sockets: closes those whose token ran out, pings the silent ones, and ends
 * those that stay silent (a half-open socket tells nobody that it is gone).
 */
export function keepWatch(
  connections: ReadonlySet<Connection>,
  { limits, now, clock }: Pick<SocketDependencies, 'limits' | 'now' | 'clock'>,
): Disposable {
  const pinged = new WeakSet<Connection>();
  const lookEveryMs = Math.min(5_000, limits.silenceMs);
  let sinceSilenceCheckMs = 0;
  return every(clock, lookEveryMs, () => {
    sinceSilenceCheckMs += lookEveryMs;
    const checkSilence = sinceSilenceCheckMs >= limits.silenceMs;
    if (checkSilence) sinceSilenceCheckMs = 0;
    for (const connection of connections) {
      const viewer = connection.viewer();
      if (viewer && viewer.expiresAtMs <= now()) {
        connection.socket.close(closeCodes.tokenRanOut, 'The token ran out, come with a fresh one');
      }
      if (checkSilence) lookAtSilence(connection, pinged);
    }
  });
}

function lookAtSilence(connection: Connection, pinged: WeakSet<Connection>): void {
  if (connection.wasHeard()) {
    pinged.delete(connection);
  } else if (pinged.has(connection)) {
    connection.socket.terminate();
  } else {
    pinged.add(connection);
    connection.socket.ping();
  }
}
