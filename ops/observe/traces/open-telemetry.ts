import type { Link, SpanContext } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Span, Tracing } from '../port.ts';
import type { SpanAttributes, SpanName } from './table.ts';
import { boundedAttributes, spans } from './table.ts';

/** Spans that wait to be sent, over all: what comes when it is full is lost. */
const queuedSpansMax = 2_048;
const sendEveryMs = 1_000;

export type Recorder = Pick<Tracing, 'begin'> & { [Symbol.asyncDispose](): Promise<void> };

export type RecorderOptions = {
  readonly url: string;
  readonly away: () => void;
  readonly sendMsMax: number;
};

/**
 * Records what it is told and sends it to a collector (OTLP over HTTP, as JSON), many spans at a
 * time, beside the work. A collector that is away costs the spans that do not fit into the queue,
 * and nobody waits for it. Only this file knows OpenTelemetry, and it is loaded when traces are on.
 */
export function openRecorder({ url, away, sendMsMax }: RecorderOptions): Recorder {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, timeoutMillis: sendMsMax });
  const taken = onceUntilTaken(away);
  const processor = new BatchSpanProcessor({
    ...{ exporter: telling(exporter, taken), maxQueueSize: queuedSpansMax },
    ...{ scheduledDelayMillis: sendEveryMs, exportTimeoutMillis: 2 * sendMsMax },
  });
  const provider = new TracerProvider({
    spanProcessors: [processor],
    resource: resourceFromAttributes({ 'service.name': 'parley', 'process.pid': process.pid }),
  });
  const tracer = provider.getTracer('parley');
  return {
    begin: (name, { parent, links = [], attributes = {} } = {}) => {
      const root = ROOT_CONTEXT;
      const context = parent ? trace.setSpanContext(root, contextOf(parent)) : root;
      const options = {
        kind: kinds[spans[name].kind],
        links: links.map((linked): Link => ({ context: contextOf(linked) })),
        attributes: boundedAttributes(name, attributes),
      };
      return spanOn(name, tracer.startSpan(name, options, context));
    },
    // What could not be sent by then is lost; each sending has its bound.
    [Symbol.asyncDispose]: () => provider.shutdown().catch(() => taken(false)),
  };
}

function spanOn(name: SpanName, span: ReturnType<ReturnType<typeof trace.getTracer>['startSpan']>) {
  const { traceId, spanId } = span.spanContext();
  const tell = (told: SpanAttributes): void => {
    span.setAttributes(boundedAttributes(name, told));
    if (told['parley.outcome'] === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
  };
  return {
    traceparent: `00-${traceId}-${spanId}-01`,
    tell,
    end: (told: SpanAttributes = {}) => {
      if (!span.isRecording()) return;
      tell(told);
      span.end();
    },
  } satisfies Span;
}

/** Of a traceparent that was looked at where it came in. */
function contextOf(traceparent: string): SpanContext {
  const [, traceId = '', spanId = ''] = traceparent.split('-');
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

const kinds = {
  server: SpanKind.SERVER,
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Calls back at the first failure, and at the first one after a success. */
function onceUntilTaken(away: () => void): (taken: boolean) => void {
  let told = false;
  return (taken) => {
    if (!taken && !told) away();
    told = !taken;
  };
}

/** The same exporter, which says of each batch whether somebody took it. */
function telling(exporter: OTLPTraceExporter, taken: (taken: boolean) => void): SpanExporter {
  return {
    export: (batch, done) =>
      exporter.export(batch, (result) => {
        taken(result.code === 0);
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
