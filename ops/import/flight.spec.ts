import { describe, expect, it } from 'vitest';
import { openFlight } from './flight.ts';

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

describe('many pieces of work under way', () => {
  it('are never more than so many, and start in the order in which they were asked', async () => {
    const flight = openFlight(3);
    const started: number[] = [];
    const gates = Array.from({ length: 10 }, () => Promise.withResolvers<void>());
    const asked = gates.map(({ promise }, at) =>
      flight.start(() => {
        started.push(at);
        return promise;
      }),
    );
    await turns();
    expect(started).toEqual([0, 1, 2]);
    gates[1]?.resolve();
    await turns();
    expect(started).toEqual([0, 1, 2, 3]);
    for (const { resolve } of gates) resolve();
    await Promise.all(asked);
    await flight.landed();
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('have landed only when the last one is done', async () => {
    const flight = openFlight(2);
    const gate = Promise.withResolvers<void>();
    await flight.start(() => gate.promise);
    let landed = false;
    const waiting = flight.landed().then(() => {
      landed = true;
    });
    await turns();
    expect(landed).toBe(false);
    gate.resolve();
    await waiting;
    await flight.landed();
  });

  it('end with the first failure, told to who starts the next or waits for the end', async () => {
    const flight = openFlight(1);
    await flight.start(() => Promise.reject(new Error('the first')));
    await turns();
    await expect(flight.start(async () => undefined)).rejects.toThrow('the first');
    await expect(flight.landed()).rejects.toThrow('the first');
  });
});
