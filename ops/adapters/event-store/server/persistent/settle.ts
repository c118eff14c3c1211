import type { Running } from './group.ts';
import type { Message } from './message.ts';

/** The message is done with. */
export function settle(running: Running, { from, place }: Message): void {
  if (from === 'parked') running.parking.settle(place);
  else {
    running.progress.settle(place);
    running.checkpoints.settled();
  }
  running.wake();
}

/** It comes again, before what was not sent yet; or is parked when it came too often. */
export function retry(running: Running, message: Message, why: string): void {
  const { maxRetryCount } = running.definition.settings;
  const { retries } = message;
  if (retries >= maxRetryCount) park(running, message, `${why}, after ${retries} retries`);
  else putBack(running, { ...message, retries: retries + 1 });
}

/** Settled once its link is durable; what cannot be parked comes again. */
export function park(running: Running, message: Message, reason: string): void {
  const parked = running.parking
    .park(message, { reason, nowMs: running.now() })
    .then(
      () => settle(running, message),
      () => putBack(running, message),
    )
    .finally(() => {
      running.parkings.delete(parked);
      running.wake();
    });
  running.parkings.add(parked);
}

/** It comes again, and this does not count; in its order once the next are sent. */
export function putBack(running: Running, message: Message): void {
  running.returned.push(message);
  running.wake();
}
