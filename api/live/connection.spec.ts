import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ada, bob } from '../../domain/testing/people.ts';
import { systemClock } from '../../projections/clock.ts';
import { socketLimits } from '../limits.ts';
import type { Authentication } from './connection.ts';
import { openConnection, openSeats } from './connection.ts';
import { openLiveCounts } from './counts.ts';

const limits = { ...socketLimits, framesPerSecond: 10, framesBurst: 20 };

describe('a socket', () => {
  let nowMs = 0;
  let closed: number[] = [];
  let seats = openSeats(2);
  let answers: Record<string, Authentication> = {};
  beforeEach(() => {
    nowMs = 1_000;
    closed = [];
    seats = openSeats(2);
    answers = { 'Bearer good': { kind: 'viewer', userId: ada, expiresAtMs: 9_000 } };
  });
  const open = () => {
    const state = { readyState: 1, OPEN: 1 };
    const socket = { ...state, close: (code: number) => closed.push(code) };
    const connection = openConnection(socket as unknown as WebSocket, new PassThrough(), {
      ...{ limits, now: () => nowMs, clock: systemClock, seats, log: { error: () => undefined } },
      counts: openLiveCounts(),
      authenticate: async (authorization) => answers[authorization] ?? { kind: 'unusable' },
      originAllowed: () => true,
    });
    return { connection, socket };
  };
  const good = { authorization: 'Bearer good' };

  it('belongs to whom its token stands for, with the cursor that came along', async () => {
    const { connection } = open();
    expect(connection.viewer()).toBeNull();
    expect(await connection.connect({ ...good, cursor: 'abc' })).toBe(true);
    expect(connection.viewer()).toEqual({ userId: ada, expiresAtMs: 9_000 });
    expect(connection.initCursor()).toBe('abc');
  });

  it.each([
    ['no parameters', undefined],
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer bad' }],
    ['a token that is no text', { authorization: ['Bearer good'] }],
  ])('lets nobody in with %s', async (_what, params) => {
    const { connection } = open();
    expect(await connection.connect(params)).toBe(false);
    expect(connection.viewer()).toBeNull();
  });

  it('says that a session has ended with the code after which nobody comes back', async () => {
    answers['Bearer ended'] = { kind: 'ended' };
    expect(await open().connection.connect({ authorization: 'Bearer ended' })).toBe(false);
    expect(closed).toEqual([4401]);
  });

  it('is one of so many of a person; one more is told to come later', async () => {
    const [first, second, third] = [open(), open(), open()];
    for (const { connection } of [first, second]) await connection.connect(good);
    expect(await third.connection.connect(good)).toBe(false);
    expect(closed).toEqual([1013]);
    first.connection.close();
    first.connection.close(); // a seat is given back once
    expect(await third.connection.connect(good)).toBe(true);
    expect(seats.take(ada)).toBe(false);
    expect(seats.take(bob)).toBe(true);
  });

  it('takes no seat when it closed while its token was looked at', async () => {
    const { connection, socket } = open();
    socket.readyState = 3;
    expect(await connection.connect(good)).toBe(false);
    expect([seats.take(ada), seats.take(ada)]).toEqual([true, true]);
  });

  it('may send a burst of frames, then so many a second', () => {
    const { connection } = open();
    const sends = (count: number) =>
      Array.from({ length: count }, () => connection.heard()).filter(Boolean).length;
    expect(sends(20)).toBe(20);
    nowMs += 1_000;
    expect(sends(10)).toBe(10);
    nowMs += 60_000;
    expect(sends(20)).toBe(20);
    expect(closed).toEqual([]);
    expect(connection.heard()).toBe(false);
    expect(closed).toEqual([1013]);
  });

  it('neither gains nor loses frames when the clock goes back', () => {
    const { connection } = open();
    nowMs -= 10_000;
    const taken = Array.from({ length: 21 }, () => connection.heard());
    expect(taken.indexOf(false)).toBe(20);
  });

  it('was heard once for whatever arrived since it was asked', () => {
    const { connection } = open();
    expect([connection.wasHeard(), connection.wasHeard()]).toEqual([true, false]);
    connection.heard();
    expect(connection.wasHeard()).toBe(true);
  });
});
