import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../projections/clock.ts';
import type { Device } from './device.ts';
import type { Progress } from './progress-frames.ts';
import { openProgress } from './progress-frames.ts';

describe('progress', () => {
  let progress: Progress;
  let devices: Set<Device>;
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    devices = new Set();
    progress = openProgress({ everyMs: 1_000, clock: systemClock, devices });
  });
  afterEach(() => void vi.useRealTimers());

  function device({ dirty = true } = {}) {
    const told: string[] = [];
    let isDirty = dirty;
    devices.add({
      takeDirty: () => {
        const was = isDirty;
        isDirty = false;
        return was;
      },
      caughtUp: (frame: Buffer) => told.push(frame.toString()) > 0,
    } as unknown as Device);
    const gets = () => {
      isDirty = true;
    };
    return { told, gets };
  }
  const moved = (position: number) => progress.moved(async () => Buffer.from(String(position)));

  it('is told to those who got something, and to nobody else', async () => {
    const [one, other] = [device(), device({ dirty: false })];
    progress.somethingSent();
    moved(7);
    await vi.advanceTimersByTimeAsync(0);
    expect([one.told, other.told]).toEqual([['7'], []]);
  });

  it('is told once in a while, with the newest position', async () => {
    const { told, gets } = device();
    for (let position = 1; position <= 10; position += 1) {
      progress.somethingSent();
      gets();
      moved(position);
      await vi.advanceTimersByTimeAsync(300);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual(['1', '4', '7', '10']);
  });

  it('costs nothing while nothing is sent', async () => {
    device();
    for (let position = 1; position <= 10; position += 1) moved(position);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with the gateway', () => {
    progress.somethingSent();
    moved(1);
    expect(vi.getTimerCount()).toBe(1);
    progress[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});
