import type { Defect } from './defect.ts';

/** In what is recorded of a request's way: it must be nobody's text, and cost nobody anything. */
export const tracesDefects: readonly Defect[] = [
  {
    name: 'text-in-a-span',
    says: 'a span says whatever was told, also what somebody wrote',
    breaks: 'promise: no text or id of anybody in a trace',
    file: 'ops/observe/traces/table.ts',
    text: 'fits(attributes[attribute].may, told[attribute])',
    instead: 'attribute in attributes && told[attribute] !== undefined',
    caughtBy: [{ spec: 'ops/observe/traces/table.spec.ts', test: 'nobody’s text or id' }],
  },
  {
    name: 'stranger-chooses',
    says: 'who sends a trace of her own has everything recorded',
    breaks: 'promise: the platform alone chooses what is traced',
    file: 'api/trace-operations.ts',
    text: ' || !tracing.chosen()) return;',
    instead: ' || !(tracing.chosen() || request.headers.traceparent)) return;',
    caughtBy: [{ spec: 'api/trace-operations.spec.ts', test: 'which chooses nothing' }],
  },
  {
    name: 'mailbox-in-a-trace',
    says: 'what a mailbox does for everybody is told of the trace of whoever came first',
    breaks: 'promise: a line of the log names the trace it belongs to',
    file: 'commands/mailbox.ts',
    text: '(tracing ? tracing.within(null, work) : work())',
    instead: '(tracing ? work() : work())',
    caughtBy: [{ spec: 'commands/traces.spec.ts' }],
  },
  {
    name: 'collector-nags',
    says: 'the log says with every batch that the collector is away',
    breaks: 'promise: a collector that is away is told once',
    file: 'ops/observe/traces/open-telemetry.ts',
    text: 'if (!taken && !told) away();',
    instead: 'if (!taken) away();',
    caughtBy: [{ spec: 'ops/observe/traces/open.spec.ts', test: 'says once' }],
  },
  {
    name: 'history-in-traces',
    says: 'a rebuild writes all of history into traces of long ago',
    breaks: 'promise: only what happens now is traced',
    file: 'ops/observe/traces/traced.ts',
    text: 'return nowMs - atMs <= recentMs ?',
    instead: 'return nowMs - atMs <= recentMs * Number.MAX_SAFE_INTEGER ?',
    caughtBy: [{ spec: 'ops/observe/traces/traced.spec.ts', test: 'long ago' }],
  },
];
