import type { UserId } from '../../domain/ids.ts';
import { closeCodes } from './close-codes.ts';
import type { EventsRequest } from './operations.ts';
import type { SharingPlan } from './scope.ts';
import type { Shape } from './shapes.ts';

/** One running `events` subscription. */
export type Device = {
  readonly viewer: UserId;
  readonly shape: Shape;
  readonly sharing: SharingPlan;
  /** Sends a live frame, or holds it while the device is still catching up. */
  live(position: bigint | null, frame: Buffer): void;
  /** Sends a frame of catching up; false when the device is gone. */
  caughtUp(frame: Buffer): boolean;
  /** From now on live frames go straight through; those held and above the floor go first. */
  goLive(floor: bigint): void;
  /** Waits until the way is clear. */
  drained(): Promise<void>;
  gone(): boolean;
  /** Got something since its last Progress frame. */
  takeDirty(): boolean;
  /** Closes the whole socket with the code that means "resume". */
  resumeLater(reason: string): void;
  leave(): void;
};

export function openDevice(request: EventsRequest, shape: Shape, heldBytesMax: number): Device {
  const { connection, operationId, viewer, sharing } = request;
  let held: { readonly position: bigint | null; readonly frame: Buffer }[] | null = [];
  let heldBytes = 0;
  let floor = 0n;
  let over = false;
  let dirty = false;

  const resumeLater = (reason: string): void => {
    over = true;
    held = null;
    connection.socket.close(closeCodes.resumeLater, reason);
  };
  const send = (frame: Buffer, kind: 'stored' | 'ephemeral'): void => {
    const put = connection.outbox.next(operationId, frame, kind);
    if (put === 'overflow') resumeLater('Too slow: resume from your cursor');
    else if (put === 'sent' && kind === 'stored') dirty = true;
  };
  return {
    viewer,
    sharing,
    shape,
    live: (position, frame) => {
      if (over || (position !== null && position <= floor)) return;
      if (held === null) return send(frame, position === null ? 'ephemeral' : 'stored');
      if (position === null) return;
      heldBytes += frame.length;
      if (heldBytes > heldBytesMax) resumeLater('Too much happened meanwhile: resume later');
      else held.push({ position, frame });
    },
    caughtUp: (frame) => {
      if (!over) send(frame, 'stored');
      return !over;
    },
    goLive: (at) => {
      floor = at;
      const waiting = held ?? [];
      held = null;
      for (const { position, frame } of waiting) {
        if (position !== null && position > floor && !over) send(frame, 'stored');
      }
    },
    drained: () => connection.outbox.drained(),
    gone: () => over,
    takeDirty: () => {
      const was = dirty && !over && held === null;
      if (was) dirty = false;
      return was;
    },
    resumeLater,
    leave: () => {
      over = true;
      held = null;
    },
  };
}
