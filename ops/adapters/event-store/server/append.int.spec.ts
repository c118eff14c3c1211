import {
  ANY,
  binaryEvent,
  DeadlineExceededError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { all, numbered, numbersOf, serveForSpec, someStream } from '../testing/server.ts';

const served = serveForSpec();
const { client } = served;

/** Credentials, which plain text drops, make this client use the classic append. */
const ways = [
  ['batch append', {}],
  ['classic append', { credentials: { username: 'ada', password: 'none' } }],
] as const;

describe.each(ways)('the server, by %s,', (_way, how) => {
  test('returns the revision and position of the last event, which a read shows too', async () => {
    const stream = someStream();
    const result = await client().appendToStream(stream, numbered(3), how);
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 2n });
    const events = await all(client().readStream(stream));
    expect(events[2]?.event?.position).toEqual(result.position);
  });

  test.each([
    [NO_STREAM, 'no_stream', 1n],
    [0n, 0n, 1n],
    [5n, 5n, 1n],
  ] as const)(
    'refuses %s for a stream at revision 1, telling both',
    async (expectedRevision, expected, actual) => {
      const stream = someStream();
      await client().appendToStream(stream, numbered(2), how);
      const refused = client().appendToStream(stream, numbered(1), { expectedRevision, ...how });
      const error = await refused.catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ streamName: stream, actualVersion: actual });
      expect(error).toMatchObject({ expectedVersion: expected });
      expect(await all(client().readStream(stream))).toHaveLength(2);
    },
  );

  test.each([[STREAM_EXISTS], [3n]] as const)(
    'refuses %s for a stream that is not there',
    async (expectedRevision) => {
      const options = { expectedRevision, ...how };
      const refused = client().appendToStream(someStream(), numbered(1), options);
      await expect(refused).rejects.toMatchObject({ actualVersion: 'no_stream' });
    },
  );

  test('refuses a tombstoned stream, also one with a name beyond ASCII', async () => {
    const stream = `${someStream()}-대화-🦊`;
    await client().tombstoneStream(stream, { expectedRevision: NO_STREAM });
    const refused = client().appendToStream(stream, numbered(1), { expectedRevision: ANY, ...how });
    await expect(refused).rejects.toBeInstanceOf(StreamDeletedError);
  });

  test('refuses 1.3 MB in 40,000 events, telling the limit, and takes 5,000 of them', async () => {
    const data = { text: 'twenty-two characters!' };
    const events = Array.from({ length: 40_000 }, () => jsonEvent({ type: 'small', data }));
    const refused = client().appendToStream(someStream(), events, how);
    const error = await refused.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error).toMatchObject({ maxAppendSize: 1_048_576 });
    const taken = await client().appendToStream(someStream(), events.slice(0, 5_000), how);
    expect(taken.nextExpectedRevision).toBe(4_999n);
  });

  test('does not fail for an event id that is there already', async () => {
    const [stream, events] = [someStream(), numbered(1)];
    const first = await client().appendToStream(stream, events, how);
    const again = await client().appendToStream(stream, events, how);
    expect(again).toEqual(first);
  });

  test('keeps data and metadata byte for byte, as JSON and as bytes', async () => {
    const stream = someStream();
    const text = 'tab\t nul\u0000 안녕 สวัสดี 🦊';
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const before = Date.now();
    await client().appendToStream(
      stream,
      [
        jsonEvent({ type: 'json', data: { text }, metadata: { text } }),
        jsonEvent({ type: 'json', data: { text }, metadata: bytes }),
        binaryEvent({ type: 'bytes', data: bytes, metadata: Buffer.from(bytes) }),
        binaryEvent({ type: 'bytes', data: bytes }),
      ],
      how,
    );
    const events = (await all(client().readStream(stream))).map(({ event }) => event);
    expect(events[0]).toMatchObject({ isJson: true, data: { text }, metadata: { text } });
    expect([...Object(events[1]?.metadata)]).toEqual([...bytes]);
    expect(events[2]?.isJson).toBe(false);
    expect([...Object(events[2]?.data)]).toEqual([...bytes]);
    expect([...Object(events[2]?.metadata)]).toEqual([...bytes]);
    expect(events[3]?.metadata).toBeUndefined();
    const created = events[0]?.created.getTime() ?? 0;
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(Date.now());
  });
});

describe('the server, by batch append,', () => {
  test('puts an append together from 625 parts', async () => {
    const options = { batchAppendSize: 30 };
    const result = await client().appendToStream('parts', numbered(625), options);
    expect(result.nextExpectedRevision).toBe(624n);
    expect(numbersOf(await all(client().readStream('parts')))).toEqual(
      Array.from({ length: 625 }, (_, at) => at),
    );
  });

  test('answers a deadline that is over with a timeout, not with the size', async () => {
    const data = { text: 'twenty-two characters!'.repeat(2) };
    const events = Array.from({ length: 30_000 }, () => jsonEvent({ type: 'small', data }));
    const late = client().appendToStream(someStream(), events, { deadline: 1 });
    await expect(late).rejects.toBeInstanceOf(DeadlineExceededError);
  });

  test('takes 10,000 appends of 1 kB in one turn, and refuses one among them alone', async () => {
    const data = Buffer.alloc(1_000, 'x');
    const [stream, wrong] = [someStream(), someStream()];
    const appends = Array.from({ length: 10_000 }, () =>
      client().appendToStream(stream, binaryEvent({ type: 'kilobyte', data })),
    );
    const refused = client().appendToStream(wrong, numbered(1), { expectedRevision: 7n });
    await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
    const revisions = (await Promise.all(appends)).map(
      ({ nextExpectedRevision }) => nextExpectedRevision,
    );
    expect(new Set(revisions).size).toBe(10_000);
  });

  test('shares one flush among appends that came together', async () => {
    const before = served.engine().counters();
    const streams = Array.from({ length: 500 }, someStream);
    await Promise.all(streams.map((stream) => client().appendToStream(stream, numbered(1))));
    const { appends, flushes } = served.engine().counters();
    expect(appends - before.appends).toBe(500);
    expect(flushes - before.flushes).toBeLessThan(250);
  });
});
