import type { Clock } from '../../projections/clock.ts';
import type { Device } from './device.ts';

/**
 * "You hold everything up to here", for devices that got something since they were told last: at
 * most once in a while for all of them, on one timer that runs only when there is something to
 * tell.
 */
export type Progress = {
  /** Everything up to the position in the frame that concerns this gateway has been sent. */
  moved(frameFor: (device: Device) => Promise<Buffer>): void;
  somethingSent(): void;
  [Symbol.dispose](): void;
};

export function openProgress(options: {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly devices: ReadonlySet<Device>;
}): Progress {
  const { everyMs, clock, devices } = options;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  let latest: (() => void) | null = null;
  let sentSince = false;
  const tell = (): void => {
    cancel = null;
    toldAtMs = clock.now();
    sentSince = false;
    latest?.();
    latest = null;
  };
  return {
    moved: (frameFor) => {
      if (!sentSince) return;
      latest = () => {
        for (const device of devices) {
          if (device.takeDirty()) void frameFor(device).then((frame) => device.caughtUp(frame));
        }
      };
      cancel ??= clock.setTimer(Math.max(0, toldAtMs + everyMs - clock.now()), tell);
    },
    somethingSent: () => {
      sentSince = true;
    },
    [Symbol.dispose]: () => cancel?.(),
  };
}
