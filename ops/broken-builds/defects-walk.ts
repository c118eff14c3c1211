import type { Defect } from './defect.ts';

const consume = { spec: 'ops/adapters/event-log/kafka-consume.spec.ts' } as const;

/** Between an operator's servers and us: found by walking through all of it. */
export const walkDefects: readonly Defect[] = [
  {
    name: 'reads-cancelled-by-the-thousand',
    says: 'every read of the event store is cancelled at its end, so a server ends the connection',
    breaks: 'promise: 2,000 people can be imported at once',
    file: 'ops/adapters/event-store/eventstoredb/read.ts',
    text: 'if (!ended) void reading.cancel()',
    instead: 'void reading.cancel()',
    caughtBy: [{ spec: 'ops/adapters/event-store/eventstoredb/read.spec.ts' }],
  },
  {
    name: 'kafka-cut-and-grown-again',
    says: 'a consumer goes on in the middle of a topic that was cut and written anew',
    breaks: 'law 4',
    file: 'ops/adapters/event-log/kafka-lost.ts',
    text: 'return !found.some(({ key, value }) => key === record.key && value === record.value);',
    instead: 'return found.length === 0;',
    caughtBy: [{ ...consume, test: 'has grown past its place' }],
  },
  {
    name: 'kafka-place-beyond-the-end',
    says: 'a consumer waits beyond the end of a topic that was cut, and passes over what comes',
    breaks: 'law 4',
    file: 'ops/adapters/event-log/kafka-lost.ts',
    text: 'if (from >= (ends[partition] ?? 0)) return true;',
    instead: 'if (from >= (ends[partition] ?? 0)) return false;',
    caughtBy: [{ ...consume, test: 'beyond the end of a log that was cut' }],
  },
  {
    name: 'filter-without-end',
    says: 'a client’s filter may try exponentially many ways, and no append is taken meanwhile',
    breaks: 'promise: a client’s filter cannot stop the log',
    file: 'ops/adapters/event-store/server/expression.ts',
    text: "if (isMuch && repeated !== '') return true;",
    instead: '',
    caughtBy: [{ spec: 'ops/adapters/event-store/server/expression.spec.ts' }],
  },
  {
    name: 'put-back-out-of-order',
    says: 'what several consumers had in hand comes again in the order in which they left',
    breaks: 'promise: what comes again is in the order of the log',
    file: 'ops/adapters/event-store/server/persistent/again.ts',
    text: 'returned.toSorted((a, b) => a.position - b.position)',
    instead: '[...returned]',
    caughtBy: [{ spec: 'ops/adapters/event-store/server/persistent/again.spec.ts' }],
  },
];
