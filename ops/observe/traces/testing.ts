import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span, SpanOrigin, Tracing } from '../port.ts';
import type { SpanAttributes } from './table.ts';

/** A span as a collector gets it. */
export type ExportedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: ExportedValue }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
};
type ExportedValue = { readonly stringValue?: string; readonly intValue?: string | number };
type Body = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
};

export type Collector = Awaited<ReturnType<typeof openCollector>>;

/** An OpenTelemetry collector that keeps what it gets (OTLP over HTTP, as JSON). */
export async function openCollector(statusNow: () => number = () => 200) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    bodies.push(body);
    response.writeHead(statusNow(), { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => bodies.length,
    /** All that ever came, byte for byte. */
    text: () => bodies.join('\n'),
    spans: (): readonly ExportedSpan[] =>
      bodies.flatMap((body) => {
        const { resourceSpans }: Body = JSON.parse(body);
        return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function attributeOf(span: ExportedSpan, key: string): string | number | undefined {
  const value = span.attributes.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
}

/** A span as it was told. */
export type ToldSpan = SpanOrigin & {
  readonly name: string;
  readonly traceparent: string;
  told: SpanAttributes;
  ended: boolean;
};

/** A trace in the words of W3C, by a small number. */
export function traceparentNo(trace: number, span = 1): string {
  const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
  return `00-${hex(trace, 32)}-${hex(span, 16)}-01`;
}

/** Keeps spans instead of sending them. */
export function openToldTracing(chosen: () => boolean = () => true) {
  const spans: ToldSpan[] = [];
  const underWay = new AsyncLocalStorage<Span | null>();
  const tracing: Tracing = {
    chosen,
    begin: (name, from = {}) => {
      const trace = from.parent
        ? Number.parseInt(from.parent.slice(3, 35), 16)
        : 1_000 + spans.length;
      const traceparent = traceparentNo(trace, 100 + spans.length);
      const kept: ToldSpan = { ...from, name, traceparent, told: {}, ended: false };
      spans.push(kept);
      const tell = (told: SpanAttributes): void => {
        kept.told = { ...kept.told, ...told };
      };
      const end = (told: SpanAttributes = {}): void => {
        if (!kept.ended) tell(told);
        kept.ended = true;
      };
      return { traceparent, tell, end };
    },
    within: (span, work) => underWay.run(span, work),
    here: () => underWay.getStore()?.traceparent,
  };
  return { tracing, spans };
}
