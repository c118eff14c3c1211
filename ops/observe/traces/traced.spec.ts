import { describe, expect, it } from 'vitest';
import { encodeRecord, traceparentOf } from '../../../schemas/records/encode.ts';
import { encodeMetadata } from '../../../schemas/traceparent.ts';
import type { EventLog, LogBatch } from '../../adapters/event-log/port.ts';
import type { AppendRequest, EventStore } from '../../adapters/event-store/port.ts';
import { openToldTracing, traceparentNo } from './testing.ts';
import { frameSpans, tracedEventLog, tracedEventStore } from './traced.ts';

const nowMs = 1_000_000_000;

function recordOf(traceparent: string | undefined, recordedAtMs = nowMs): string {
  const place = { id: 'id', stream: 'conversation-c', revision: 1, position: 7n, recordedAtMs };
  const data = Buffer.from('{"text":"sealed"}');
  const metadata = encodeMetadata(traceparent);
  return encodeRecord({ ...place, type: 'message-sent', data, metadata });
}

function open() {
  const told = openToldTracing();
  const traced = { tracing: told.tracing, now: () => nowMs };
  return { ...told, traced, names: () => told.spans.map(({ name }) => name) };
}

describe('an append to the event store', () => {
  const asked = (traceparents: readonly (string | undefined)[]): AppendRequest => ({
    ...{ stream: 'conversation-c', expected: 'any' },
    events: traceparents.map((traceparent) => ({
      ...{ id: 'id', type: 'message-sent', data: new Uint8Array() },
      metadata: encodeMetadata(traceparent),
    })),
  });

  it('is a span of each command whose events it stores, held together by links', async () => {
    const { traced, spans, names } = open();
    const append = async () => ({ kind: 'appended' });
    const store = tracedEventStore({ append } as unknown as EventStore, traced);
    await store.append(asked([undefined, undefined]));
    expect(spans).toEqual([]);
    await store.append(asked([traceparentNo(1), traceparentNo(1), undefined]));
    expect(names()).toEqual(['append']);
    await store.append(asked([traceparentNo(1), traceparentNo(2)]));
    const [first, batch, one, two] = spans;
    expect(first?.links).toEqual([]);
    expect(batch).toMatchObject({ name: 'batch', links: [traceparentNo(1), traceparentNo(2)] });
    expect([one?.parent, two?.parent]).toEqual([traceparentNo(1), traceparentNo(2)]);
    expect([one?.links, two?.links]).toEqual([[batch?.traceparent], [batch?.traceparent]]);
    expect(spans.every(({ ended, told }) => ended && told['parley.outcome'] === 'appended')).toBe(
      true,
    );
  });

  it('that fails has failed in the trace too', async () => {
    const { traced, spans } = open();
    const append = () => Promise.reject(new Error('away'));
    const store = tracedEventStore({ append } as unknown as EventStore, traced);
    await expect(store.append(asked([traceparentNo(1)]))).rejects.toThrow('away');
    expect(spans[0]).toMatchObject({ ended: true, told: { 'parley.outcome': 'failed' } });
  });
});

describe('the event log', () => {
  function logOf(batches: readonly (readonly string[])[] = []) {
    const written: string[] = [];
    const committed: number[] = [];
    const log = {
      append: async ({ records }: { records: readonly { value: string }[] }) => {
        written.push(...records.map(({ value }) => value));
        return { kind: 'appended' };
      },
      consume: async function* () {
        for (const [at, values] of batches.entries()) {
          const records = values.map((value) => ({ value }));
          yield { records, commit: async () => void committed.push(at) } as unknown as LogBatch;
        }
      },
    } as unknown as EventLog;
    return { log, written, committed };
  }
  const consume = { topic: 't', from: 'start', recordsMax: 9 } as const;
  const signal = new AbortController().signal;

  it('holds records under the span that wrote them, and all else as it came', async () => {
    const { traced, spans } = open();
    const { log, written } = logOf();
    const values = [recordOf(traceparentNo(1)), recordOf(undefined)];
    const records = values.map((value) => ({ key: 'c', value }));
    await tracedEventLog(log, traced).append({ topic: 't', epoch: 1, records });
    expect(spans).toMatchObject([{ name: 'publish', parent: traceparentNo(1) }]);
    expect(written.map(traceparentOf)).toEqual([spans[0]?.traceparent, undefined]);
    expect(written[1]).toBe(values[1]);
    expect(JSON.parse(written[0] ?? '')).toEqual({
      ...JSON.parse(values[0] ?? ''),
      traceparent: spans[0]?.traceparent,
    });
  });

  it('is read in spans that end with the commit, also one that comes later', async () => {
    const { traced, spans } = open();
    const { log, committed } = logOf([[recordOf(traceparentNo(1))], [recordOf(traceparentNo(2))]]);
    const group = 'facts-0123';
    const commits: LogBatch['commit'][] = [];
    for await (const batch of tracedEventLog(log, traced).consume({ ...consume, group, signal })) {
      commits.push(batch.commit);
    }
    expect(spans.map(({ ended }) => ended)).toEqual([false, false]);
    for (const commit of commits) await commit();
    expect(committed).toEqual([0, 1]);
    const attributes = { 'messaging.consumer.group.name': 'facts' };
    const ok = { name: 'process', ended: true, told: { 'parley.outcome': 'ok' }, attributes };
    expect(spans).toMatchObject([ok, ok]);
  });

  it('is read in a span that failed where its reader did', async () => {
    const { traced, spans } = open();
    const { log } = logOf([[recordOf(traceparentNo(1))]]);
    const group = 'projector';
    const reading = async () => {
      for await (const _ of tracedEventLog(log, traced).consume({ ...consume, group, signal })) {
        throw new Error('it cannot');
      }
    };
    await expect(reading()).rejects.toThrow('it cannot');
    expect(spans).toMatchObject([{ ended: true, told: { 'parley.outcome': 'failed' } }]);
  });

  it('writes nothing into traces of long ago when history is read again', async () => {
    const { traced, spans } = open();
    const old = recordOf(traceparentNo(1), nowMs - 11 * 60_000);
    const { log, written } = logOf([[old]]);
    const group = 'projector';
    for await (const batch of tracedEventLog(log, traced).consume({ ...consume, group, signal })) {
      const records = batch.records.map(({ value }) => ({ key: 'c', value }));
      await tracedEventLog(log, traced).append({ topic: 't', epoch: 1, records });
    }
    expect(frameSpans(traced)(old)).toBeNull();
    expect([spans, written]).toEqual([[], [old]]);
  });
});
