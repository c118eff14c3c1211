import { describe, expect, it } from 'vitest';
import { openLiveStream } from './live-stream.ts';

describe('a stream that yields nothing', () => {
  const open = () => {
    let ends = 0;
    const live = openLiveStream(() => {
      ends += 1;
    });
    return { ...live, ends: () => ends };
  };

  it('ends when the client completes it, and says so once', async () => {
    const { stream, ends } = open();
    const next = stream.next();
    await stream.return();
    expect(await next).toEqual({ done: true, value: undefined });
    await stream.return();
    await stream[Symbol.asyncDispose]();
    expect(ends()).toBe(1);
  });

  it('fails when the gateway gives it up', async () => {
    const { stream, fail, ends } = open();
    const next = stream.next();
    fail(new Error('gone'));
    await expect(next).rejects.toThrow('gone');
    await stream.return();
    expect(ends()).toBe(1);
  });

  it('is walked to its end without a value', async () => {
    const { stream } = open();
    const values: unknown[] = [];
    const walk = (async () => {
      for await (const value of stream) values.push(value);
    })();
    await stream.return();
    await walk;
    expect(values).toEqual([]);
  });
});
