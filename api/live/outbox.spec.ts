import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { LiveCounts } from './counts.ts';
import { openLiveCounts } from './counts.ts';
import type { Outbox } from './outbox.ts';
import { createOutbox, openHeads } from './outbox.ts';

const limits = { ephemeralDropBytes: 1_000, closeBytes: 4_000 };

/** A way out whose reader takes nothing until it is told to; each write is kept as it left. */
class SlowWay extends Duplex {
  readonly writes: string[] = [];
  pass: () => void = () => undefined;
  override _read(): void {}
  override _writev(
    chunks: { readonly chunk: Buffer }[],
    taken: (error?: Error | null) => void,
  ): void {
    this.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString());
    this.pass = taken;
  }
}

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('the way out of a socket', () => {
  let raw: SlowWay;
  let socket: { readyState: number; OPEN: number; bufferedAmount: number; send: unknown };
  let outbox: Outbox;
  let counts: LiveCounts;
  beforeEach(() => {
    raw = new SlowWay({ writableHighWaterMark: 2_000 });
    socket = {
      ...{ readyState: 1, OPEN: 1, bufferedAmount: 0 },
      send: (data: Buffer | string) => void raw.write(data),
    };
    counts = openLiveCounts();
    outbox = createOutbox(socket as unknown as WebSocket, raw, { limits, counts });
  });
  const payload = Buffer.from('{"data":{}}');

  it('puts a frame around a payload that others share', async () => {
    const shared = Buffer.from(payload);
    expect(outbox.next('a "quoted" id', shared, 'stored')).toBe('sent');
    await nextTurn();
    expect(JSON.parse(raw.writes.join(''))).toEqual({
      ...{ id: 'a "quoted" id', type: 'next', payload: { data: {} } },
    });
    expect(shared).toEqual(payload);
  });

  it('lets all frames of one turn leave in one write, in their order', async () => {
    outbox.control('{"type":"pong"}');
    for (const id of ['1', '2', '3']) outbox.next(id, payload, 'stored');
    expect(raw.writes).toEqual([]);
    await nextTurn();
    expect(raw.writes).toHaveLength(1);
    expect(raw.writes[0]).toMatch(/pong.*"id":"1".*"id":"2".*"id":"3"/);
    raw.pass();
    outbox.next('4', payload, 'stored');
    await nextTurn();
    expect(raw.writes).toHaveLength(2);
  });

  it('drops what is ephemeral first', () => {
    socket.bufferedAmount = limits.ephemeralDropBytes + 1;
    expect(outbox.next('1', payload, 'ephemeral')).toBe('dropped');
    expect(outbox.next('1', payload, 'stored')).toBe('sent');
    socket.bufferedAmount = limits.ephemeralDropBytes;
    expect(outbox.next('1', payload, 'ephemeral')).toBe('sent');
  });

  it('drops no message: above the bound it says so', () => {
    socket.bufferedAmount = limits.closeBytes;
    expect(outbox.next('1', payload, 'stored')).toBe('sent');
    socket.bufferedAmount = limits.closeBytes + 1;
    expect(outbox.next('1', payload, 'stored')).toBe('overflow');
    expect(outbox.next('1', payload, 'ephemeral')).toBe('dropped');
    expect(outbox.bufferedBytes()).toBe(limits.closeBytes + 1);
  });

  it('counts what it sent by its size, what it dropped, and who was too slow', async () => {
    outbox.next('1', payload, 'stored');
    outbox.control('{"type":"pöng"}');
    socket.bufferedAmount = limits.closeBytes + 1;
    outbox.next('1', payload, 'ephemeral');
    outbox.next('1', payload, 'stored');
    await nextTurn();
    const { stored, ephemeral, control } = counts.sent;
    expect([stored.frames, ephemeral.frames, control.frames]).toEqual([1, 0, 1]);
    expect(stored.bytes + control.bytes).toBe(Buffer.byteLength(raw.writes.join('')));
    expect([counts.dropped, counts.slowReaders]).toEqual([1, 1]);
  });

  it('takes nothing once the socket is closing', async () => {
    socket.readyState = 2;
    expect(outbox.next('1', payload, 'stored')).toBe('closed');
    outbox.control('{"type":"pong"}');
    await nextTurn();
    expect(raw.writes).toEqual([]);
  });

  it('is clear at once while little waits, and later when much does', async () => {
    await outbox.drained();
    outbox.next('1', Buffer.alloc(3_000, ' '), 'stored');
    await nextTurn();
    let clear = false;
    const drained = outbox.drained().then(() => {
      clear = true;
    });
    await nextTurn();
    expect(clear).toBe(false);
    raw.pass();
    await drained;
    expect(raw.listenerCount('drain') + raw.listenerCount('close')).toBe(0);
  });

  it('is not waited for when the socket goes', async () => {
    outbox.next('1', Buffer.alloc(3_000, ' '), 'stored');
    await nextTurn();
    const drained = outbox.drained();
    raw.destroy();
    await drained;
  });
});

describe('the beginnings of frames', () => {
  it('are made once for each operation, and few are kept however many come and go', () => {
    const heads = openHeads();
    expect(heads.of('a')).toBe(heads.of('a'));
    expect(heads.of('a').toString()).toBe('{"id":"a","type":"next","payload":');
    for (let at = 0; at < 1_000; at += 1) heads.of(`operation ${at}`);
    expect(heads.kept()).toBeLessThanOrEqual(100);
  });
});
