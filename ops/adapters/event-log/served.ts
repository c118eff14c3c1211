import { setTimeout as pause } from 'node:timers/promises';
import { openRpc } from '../../rpc/client.ts';
import type { Line } from '../../rpc/wire.ts';
import type { Consume, EventLog, LogBatch, LogRecord } from './port.ts';
import type { ServedConsume } from './serve.ts';

export type ServedEventLogOptions = {
  readonly path: string; // of the socket on which the other process serves
  readonly retryDelayMs?: number | undefined; // 100 unless told, with up to as much again by chance
};

/**
 * The log that another process of this machine holds. A consumer whose line breaks joins again, as
 * after a rebalance: what it had not committed it reads again.
 */
export function openServedEventLog({ path, retryDelayMs = 100 }: ServedEventLogOptions): EventLog {
  const rpc = openRpc(path);
  const closed = new AbortController();
  return {
    ensureTopic: (topic, options) => rpc.call('log.ensure-topic', { topic, ...options }),
    append: (request) => rpc.call('log.append', request),
    newest: (topic) => rpc.call('log.newest', { topic }),
    ends: (topic) => rpc.call('log.ends', { topic }),
    consume: async function* consume(request) {
      const { topic, group, from, recordsMax, startAt } = request;
      const wanted: ServedConsume = {
        ...{ topic, group, from, recordsMax, keepsPlaces: startAt !== undefined },
      };
      const signal = AbortSignal.any([request.signal, closed.signal]);
      while (!signal.aborted) {
        const line = rpc.open('log.consume', wanted);
        yield* batches(line, request, signal);
        if (signal.aborted) return;
        const delayMs = retryDelayMs * (1 + Math.random());
        await pause(delayMs, undefined, { signal }).catch(() => undefined);
      }
    },
    lag: (topic, groups) => rpc.call('log.lag', { topic, groups }),
    health: async () => {
      const asked = rpc.call<Awaited<ReturnType<EventLog['health']>>>('log.health', {});
      return asked.catch((cause: Error) => ({ ok: false, reason: cause.message }));
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort('closed');
      rpc[Symbol.dispose]();
    },
  };
}

type Heard =
  | { readonly startOf: number }
  | { readonly records: readonly LogRecord[] }
  | { readonly committed: true };

/** Ends when the line is over or the signal says so. */
async function* batches(
  line: Line,
  { startAt }: Consume,
  signal: AbortSignal,
): AsyncGenerator<LogBatch> {
  const hangUp = (): void => line.end();
  signal.addEventListener('abort', hangUp);
  try {
    while (!line.over.aborted) {
      const heard = (await line.receive()) as Heard | undefined;
      if (heard === undefined || signal.aborted) return;
      if ('startOf' in heard) {
        await line.send({ offset: (await startAt?.(heard.startOf)) ?? null });
      } else if ('records' in heard) {
        yield { records: heard.records, commit: () => commit(line) };
        await line.send('next');
      }
    }
  } finally {
    signal.removeEventListener('abort', hangUp);
    line.end();
  }
}

/** A line that is over commits nothing: another member has the partitions by now. */
async function commit(line: Line): Promise<void> {
  await line.send('commit');
  await line.receive();
}
