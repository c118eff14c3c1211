import { AsyncLocalStorage } from 'node:async_hooks';
import type { Config } from '../../config/config.ts';
import type { Span, Tracing } from '../port.ts';

/** What a process records its traces with. */
export type OpenedTracing = Tracing & {
  /** Sends what is there, for so long as is said, and is done. */
  [Symbol.asyncDispose](): Promise<void>;
};

export type TracingDependencies = {
  readonly chance: () => number; // [0, 1)
  /** Called once when the collector does not take what it is sent, until it does again. */
  readonly away: () => void;
  readonly sendMsMax?: number | undefined; // for each sending; 2,000 unless told
};

/** Null where the configuration names no collector: then nothing of OpenTelemetry is loaded. */
export async function openTracing(
  { traces }: Pick<Config, 'traces'>,
  { chance, away, sendMsMax = 2_000 }: TracingDependencies,
): Promise<OpenedTracing | null> {
  if (traces === null) return null;
  const { openRecorder } = await import('./open-telemetry.ts');
  const recorder = openRecorder({ url: traces.url, away, sendMsMax });
  const underWay = new AsyncLocalStorage<Span | null>();
  return {
    chosen: () => chance() < traces.ratio,
    begin: recorder.begin,
    within: (span, work) => underWay.run(span, work),
    here: () => underWay.getStore()?.traceparent,
    [Symbol.asyncDispose]: recorder[Symbol.asyncDispose],
  };
}
