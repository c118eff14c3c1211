import {
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { all, numbered, numbersOf, serveForSpec, someStream } from '../testing/server.ts';

const { client } = serveForSpec();

describe('the server, when a stream is deleted,', () => {
  test('finds it no more, and goes on with the next revision when written again', async () => {
    const stream = someStream();
    await client().appendToStream(stream, numbered(3));
    const { position } = await client().deleteStream(stream, { expectedRevision: 2n });
    expect(position?.commit).toBeGreaterThan(0n);
    await expect(all(client().readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    const again = await client().appendToStream(stream, numbered(1, 10), {
      expectedRevision: NO_STREAM,
    });
    expect(again.nextExpectedRevision).toBe(3n);
    expect(numbersOf(await all(client().readStream(stream)))).toEqual([10]);
    const { metadata } = await client().getStreamMetadata(stream);
    expect(metadata).toEqual({ truncateBefore: 3 });
  });

  test('refuses another revision than the last, also for a name beyond ASCII', async () => {
    const stream = `${someStream()}-대화-🦊`;
    await client().appendToStream(stream, numbered(3));
    const refused = client().deleteStream(stream, { expectedRevision: 7n });
    const error = await refused.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ expectedVersion: 7n, actualVersion: 2n });
    expect(await all(client().readStream(stream))).toHaveLength(3);
  });

  test('refuses a stream that never was, under any', async () => {
    const refused = client().deleteStream(someStream(), { expectedRevision: 'any' });
    await expect(refused).rejects.toMatchObject({ actualVersion: 'no_stream' });
  });

  test('refuses no_stream where events are, and takes it where only metadata is', async () => {
    const [written, described] = [someStream(), someStream()];
    await client().appendToStream(written, numbered(1));
    const refused = client().deleteStream(written, { expectedRevision: NO_STREAM });
    await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await client().setStreamMetadata(described, { maxCount: 3 });
    await client().deleteStream(described, { expectedRevision: NO_STREAM });
    await expect(all(client().readStream(described))).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});

describe('the server, when a stream is tombstoned,', () => {
  test('says so on reading and subscribing, also for one that never was', async () => {
    const [written, never] = [someStream(), someStream()];
    await client().appendToStream(written, numbered(2));
    await client().tombstoneStream(written, { expectedRevision: 1n });
    await client().tombstoneStream(never, { expectedRevision: NO_STREAM });
    for (const stream of [written, never]) {
      await expect(all(client().readStream(stream))).rejects.toBeInstanceOf(StreamDeletedError);
      const subscription = client().subscribeToStream(stream);
      await expect(all(subscription)).rejects.toBeInstanceOf(StreamDeletedError);
    }
  });

  test('refuses another revision than the last, and a second time', async () => {
    const stream = someStream();
    await client().appendToStream(stream, numbered(2));
    const refused = client().tombstoneStream(stream, { expectedRevision: 0n });
    await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await client().tombstoneStream(stream);
    await expect(client().tombstoneStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client().deleteStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
  });
});

describe('the server, with metadata of a stream,', () => {
  test('keeps every key and tells that there is none', async () => {
    const stream = someStream();
    expect((await client().getStreamMetadata(stream)).metadata).toBeUndefined();
    const metadata = { maxAge: 100, cacheControl: 7, acl: { readRoles: ['ada'] }, mine: [1, 2] };
    await client().setStreamMetadata(stream, metadata);
    expect((await client().getStreamMetadata(stream)).metadata).toEqual(metadata);
  });

  test.each([['before'], ['after']])(
    'applies $maxCount that was set %s the events',
    async (when) => {
      const stream = someStream();
      const limit = () => client().setStreamMetadata(stream, { maxCount: 2 });
      if (when === 'before') await limit();
      await client().appendToStream(stream, numbered(20));
      if (when === 'after') await limit();
      expect(numbersOf(await all(client().readStream(stream)))).toEqual([18, 19]);
    },
  );

  test('leaves out what $tb truncates', async () => {
    const stream = someStream();
    await client().appendToStream(stream, numbered(5));
    await client().setStreamMetadata(stream, { truncateBefore: 3 });
    expect(numbersOf(await all(client().readStream(stream)))).toEqual([3, 4]);
    expect((await client().getStreamMetadata(stream)).metadata).toEqual({ truncateBefore: 3 });
  });
});
