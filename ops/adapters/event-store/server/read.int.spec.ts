import {
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  FORWARDS,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { all, numbered, numbersOf, serveForSpec, someStream } from '../testing/server.ts';

const { client, connectionString } = serveForSpec();

describe('the server, reading a stream,', () => {
  test.each([
    [{ fromRevision: START }, [0, 1, 2, 3, 4]],
    [{ fromRevision: 3n }, [3, 4]],
    [{ fromRevision: 3n, maxCount: 1 }, [3]],
    [{ fromRevision: 9n }, []],
    [{ direction: BACKWARDS, fromRevision: 1n }, [1, 0]],
    [{ direction: BACKWARDS, fromRevision: END }, [4, 3, 2, 1, 0]],
    [{ direction: BACKWARDS, fromRevision: END, maxCount: 2 }, [4, 3]],
  ] as const)('%o gives %o of five', async (options, numbers) => {
    const stream = someStream();
    await client().appendToStream(stream, numbered(5));
    expect(numbersOf(await all(client().readStream(stream, options)))).toEqual(numbers);
  });

  test('tells that there is none', async () => {
    const error = await all(client().readStream('대화-없음')).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: '대화-없음' });
  });

  test('reads 20,000 events to a reader that takes its time', async () => {
    const stream = someStream();
    for (let at = 0; at < 20_000; at += 5_000) {
      await client().appendToStream(stream, numbered(5_000, at));
    }
    let next = 0;
    for await (const { event } of client().readStream(stream, {}, { highWaterMark: 1 })) {
      expect(event?.revision).toBe(BigInt(next));
      next += 1;
      if (next % 2_000 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(next).toBe(20_000);
  });

  test('follows a link where it is asked to, and shows it where not', async () => {
    const [target, links] = [`${someStream()}@home`, someStream()];
    await client().appendToStream(target, numbered(3));
    const link = binaryEvent({ type: '$>', data: Buffer.from(`1@${target}`) });
    await client().appendToStream(links, link);
    const [followed] = await all(client().readStream(links, { resolveLinkTos: true }));
    const direct = await all(client().readStream(target, { fromRevision: 1n, maxCount: 1 }));
    expect(followed?.event).toEqual(direct[0]?.event);
    expect(followed?.link?.id).toBe(link.id);
    const [shown] = await all(client().readStream(links));
    expect(shown?.event).toMatchObject({ id: link.id, type: '$>', isJson: false });
    expect(shown?.link).toBeUndefined();
  });
});

describe('the server, reading $all,', () => {
  test('is not empty when it is new, but has only system events', async () => {
    const [first] = await all(client().readAll({ maxCount: 1 }));
    expect(first?.event?.type).toMatch(/^\$/);
    expect(first?.event?.streamId).toMatch(/^\$/);
    expect(first?.event?.position?.commit).toBeGreaterThan(0n);
  });

  test('includes a position forwards, excludes it backwards, keeps the order', async () => {
    const [one, two] = [someStream(), someStream()];
    const start = await client().appendToStream(one, numbered(1));
    await client().appendToStream(two, numbered(2, 1));
    await client().appendToStream(one, numbered(2, 3));
    const fromPosition = start.position ?? START;
    const forwards = await all(client().readAll({ fromPosition, direction: FORWARDS }));
    expect(numbersOf(forwards)).toEqual([0, 1, 2, 3, 4]);
    const last = forwards.at(-1)?.event?.position ?? END;
    const options = { direction: BACKWARDS, maxCount: 3 } as const;
    const backwards = await all(client().readAll({ ...options, fromPosition: last }));
    expect(numbersOf(backwards)).toEqual([3, 2, 1]);
    const newest = await all(client().readAll({ ...options, fromPosition: END }));
    expect(numbersOf(newest)).toEqual([4, 3, 2]);
  });
});

describe('the server, having refused,', () => {
  test('goes on for the same connection', async () => {
    const other = EventStoreDBClient.connectionString(connectionString());
    await expect(all(other.readStream(someStream()))).rejects.toThrow();
    const stream = someStream();
    await other.appendToStream(stream, numbered(1));
    expect(await all(other.readStream(stream))).toHaveLength(1);
    await other.dispose();
  });
});
