import { describe, expect, it } from 'vitest';
import { encodeRecord, parseRecord, traceparentOf, underSpan } from './records/encode.ts';
import { encodeMetadata, isTraceparent, traceparentIn } from './traceparent.ts';

const one = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const other = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const place = { id: 'i', stream: 'conversation-c', revision: 1, position: 7n, recordedAtMs: 5 };
const event = { ...place, type: 'message-sent', data: Buffer.from('{"text":"sealed"}') };

describe('the metadata of an event', () => {
  it('is nothing, or the trace in which it came to be', () => {
    expect(encodeMetadata(undefined).length).toBe(0);
    expect(Buffer.from(encodeMetadata(one)).toString()).toBe(`{"traceparent":"${one}"}`);
    expect(traceparentIn(encodeMetadata(one))).toBe(one);
  });

  it.each([
    ['', '{', 'null', '[]', '{"traceparent":1}', '{"traceparent":"00-see-you-01"}'],
    [`{"traceparent":"00-${'0'.repeat(32)}-b7ad6b7169203331-01"}`, `{"x":"${'x'.repeat(2_000)}"}`],
  ])('of others is none of ours: %s …', (...texts) => {
    for (const text of texts) expect(traceparentIn(Buffer.from(text))).toBeUndefined();
  });

  it('knows the words of W3C Trace Context', () => {
    expect(isTraceparent(one)).toBe(true);
    for (const wrong of [
      one.toUpperCase(),
      `${one}0`,
      one.replace(/^00/, 'ff'),
      undefined,
      [one],
    ]) {
      expect(isTraceparent(wrong)).toBe(false);
    }
  });
});

describe('the record of an event', () => {
  it('names its trace, and is what it was where there is none', () => {
    const plain = encodeRecord(event);
    const traced = encodeRecord({ ...event, metadata: encodeMetadata(one) });
    expect(encodeRecord({ ...event, metadata: encodeMetadata(undefined) })).toBe(plain);
    expect([traceparentOf(plain), traceparentOf(traced)]).toEqual([undefined, one]);
    expect(parseRecord(traced)).toEqual({ ...parseRecord(plain), traceparent: one });
    expect(underSpan(traced, other)).toBe(traced.replace(one, other));
  });
});
