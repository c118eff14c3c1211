import { beforeEach, describe, expect, it } from 'vitest';
import { ada } from '../../domain/testing/people.ts';
import type { Device } from './device.ts';
import { openDevice } from './device.ts';
import type { EventsRequest } from './operations.ts';
import type { Put } from './outbox.ts';
import type { Shape } from './shapes.ts';

describe('a device', () => {
  let out: string[] = [];
  let closed: string[] = [];
  let put: Put = 'sent';
  let device: Device;
  beforeEach(() => {
    out = [];
    closed = [];
    put = 'sent';
    const connection = {
      socket: { close: (code: number, reason: string) => closed.push(`${code} ${reason}`) },
      outbox: {
        next: (id: string, frame: Buffer, kind: string) => {
          if (put === 'sent') out.push(`${id} ${frame} ${kind}`);
          return put;
        },
        drained: async () => undefined,
      },
    };
    const request = { connection, operationId: 'op', viewer: ada, sharing: new Map() };
    device = openDevice(request as unknown as EventsRequest, {} as Shape, 10);
  });
  const frame = (text: string) => Buffer.from(text);

  it('holds what happens while it catches up, and sends it behind', () => {
    device.live(5n, frame('five'));
    device.caughtUp(frame('missed'));
    device.live(6n, frame('six'));
    expect(out).toEqual(['op missed stored']);
    device.goLive(4n);
    expect(out.slice(1)).toEqual(['op five stored', 'op six stored']);
    device.live(7n, frame('seven'));
    expect(out.at(-1)).toBe('op seven stored');
  });

  it('gets nothing twice: what lies at or below the floor was caught up', () => {
    device.live(4n, frame('four'));
    device.live(5n, frame('five'));
    device.goLive(4n);
    device.live(3n, frame('three'));
    device.live(4n, frame('four'));
    expect(out).toEqual(['op five stored']);
  });

  it('drops what is ephemeral while it catches up', () => {
    device.live(null, frame('typing'));
    device.goLive(0n);
    expect(out).toEqual([]);
    device.live(null, frame('typing'));
    expect(out).toEqual(['op typing ephemeral']);
  });

  it('resumes later when more is held than the bound, and gets nothing more', () => {
    device.live(1n, frame('0123456789'));
    expect(closed).toEqual([]);
    device.live(2n, frame('1'));
    expect(closed).toEqual(['1013 Too much happened meanwhile: resume later']);
    device.goLive(0n);
    device.live(3n, frame('3'));
    expect([out, device.gone(), device.caughtUp(frame('x'))]).toEqual([[], true, false]);
  });

  it('resumes later when its socket is too slow: no message is skipped', () => {
    device.goLive(0n);
    put = 'overflow';
    device.live(1n, frame('one'));
    expect(closed).toEqual(['1013 Too slow: resume from your cursor']);
    put = 'sent';
    device.live(2n, frame('two'));
    expect(out).toEqual([]);
  });

  it('owes a Progress once it got something stored, and once only', () => {
    expect(device.takeDirty()).toBe(false);
    device.caughtUp(frame('missed'));
    expect(device.takeDirty()).toBe(false); // it is still catching up
    device.goLive(0n);
    expect([device.takeDirty(), device.takeDirty()]).toEqual([true, false]);
    device.live(null, frame('typing'));
    expect(device.takeDirty()).toBe(false);
    device.live(1n, frame('one'));
    expect(device.takeDirty()).toBe(true);
  });

  it('that left gets nothing more, and its socket stays for the others', () => {
    device.goLive(0n);
    device.leave();
    device.live(1n, frame('one'));
    expect([out, closed, device.gone()]).toEqual([[], [], true]);
  });
});
