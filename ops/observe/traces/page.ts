import type { AttributeName, SpanKind } from './table.ts';
import { attributes, spans } from './table.ts';

/** The text of ops/docs/traces.md. */
export function tracesPage(): string {
  return `${[
    '# Traces',
    '',
    'Written by `node ops/observe/traces/write-page.ts` from `ops/observe/traces/table.ts`.',
    ...['', introduction, '', '## Spans', ''],
    '| name | kind | what it is | says |',
    '| --- | --- | --- | --- |',
    ...Object.entries(spans).map(([name, span]) => spanRow(name, span)),
    '',
    rules,
    '',
    '## What a span may say',
    '',
    '| attribute | what it holds |',
    '| --- | --- |',
    ...Object.entries(attributes).map(([name, { says }]) => `| \`${name}\` | ${says} |`),
    ...['', limits],
  ].join('\n')}\n`;
}

function spanRow(name: string, { kind, says, attributes: named }: SpanKind): string {
  const listed = named.map((attribute: AttributeName) => `\`${attribute}\``).join(', ');
  return `| \`${name}\` | ${kind} | ${says} | ${listed} |`;
}

const introduction = `
One trace shows the whole way of a message: the request, the command, the append to the event
store, the event log, each worker that has it in hand, and the frame that a gateway makes of it.
Between processes the trace travels in the event’s metadata and in the record’s text.

![One message, from the request to the frame](pictures/trace.svg)

The picture is a real message on the embedded machines, drawn by
\`node ops/observe/traces/draw.ts\`; the facts, left out there, have it in hand some seconds later.
What traces cost says \`npm run bench -- traces\`, and [ADR 24](adr/0024-traces.md).

## To look at them

Any collector that takes OTLP over HTTP will do; each process of the platform needs both
options:

\`\`\`
PARLEY_TRACES=http://127.0.0.1:4318   # Jaeger, Grafana Tempo or Alloy, the OpenTelemetry Collector
PARLEY_TRACES_RATIO=1                 # all requests; 0.01 unless told
\`\`\`

Jaeger is one program (\`jaeger\`, or its image \`jaegertracing/jaeger\`): it takes traces at
port 4318 and shows them at http://127.0.0.1:16686, service \`parley\`. For Tempo name its OTLP
receiver, and in Grafana the data source; to come from a line of the log to its trace, let
Grafana take \`trace_id\` for the id. Which of these was tried is said in the decision record. A
collector that asks for a password or a key gets it from \`OTEL_EXPORTER_OTLP_HEADERS\`
(\`name=value\`), which OpenTelemetry reads itself; in the address it is refused.

Without \`PARLEY_TRACES\` nothing is recorded, OpenTelemetry’s SDK is not loaded, and no event or
record differs by a byte.
`.trim();

const rules = `
- **Attempts** are the \`append\` spans of a command: one that met a conflict shows, and the
  next.
- **Batches.** Events are stored, published and read many at a time. Each event’s trace has a
  span of its own for it, as long as the batch took, with the number of events in it. Where
  several traces share a batch there is also a span \`batch\`, in a trace of its own, with links
  to each (up to 128).
- **A line of the log** that is written within a trace has its \`trace_id\`.
`.trim();

const limits = `
Nothing else can stand there: what is told and does not fit into this table is left out. There
are no ids of people, conversations or messages, no variables, no documents, no addresses. The
name of an operation is what a client’s program calls it; whoever writes clients keeps personal
text out of it.

## Who is traced

The platform chooses by chance, \`PARLEY_TRACES_RATIO\` of all requests; what a request sets off
is traced with it. A client that sends W3C \`traceparent\` gets a link from our trace to hers,
when hers is one of those chosen. Her sampled flag is not obeyed and her trace id not taken
over: a stranger could else have everything recorded, or write into traces of others. Over the
socket, where frames have no headers, there is no such link. Subscriptions, health and uploads
are not traced.

## When the collector is away

Nobody waits for it. Up to 2,048 spans wait in a process and what comes then is lost; the log
says once that nobody takes them (at level \`warn\`), and again only after a time in which
somebody did. At the end of a process what is there is sent, each sending within 2 s.

Events that are more than ten minutes old begin no spans: when history is read again (a rebuild,
a new figure) nothing is written into traces of long ago.
`.trim();
