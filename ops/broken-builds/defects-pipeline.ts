import type { Defect } from './defect.ts';

/** In what measures the whole pipeline: figures that flatter. */
export const pipelineDefects: readonly Defect[] = [
  {
    name: 'lag-by-order-of-answers',
    says: 'a message counts as having come when an earlier position was reached',
    breaks: 'promise: a lag is never shown shorter than it was',
    file: 'ops/bench/load/journal.ts',
    text: '(one, other) => positionAt(messages, one) - positionAt(messages, other),',
    instead: '(one, other) => one - other,',
    caughtBy: [{ spec: 'ops/bench/load/journal.spec.ts', test: 'whatever the order of answers' }],
  },
  {
    name: 'missing-not-counted',
    says: 'what never came to a consumer is not told of',
    breaks: 'promise: a lag is never shown shorter than it was',
    file: 'ops/bench/load/journal.ts',
    text: 'missing: messages.length - read.count',
    instead: 'missing: 0',
    caughtBy: [{ spec: 'ops/bench/load/journal.spec.ts', test: 'and misses none' }],
  },
  {
    name: 'capacity-of-a-rate-that-fell-behind',
    says: 'capacity is derived from a rate that did not hold',
    breaks: 'promise: capacity is derived from figures that held',
    file: 'ops/bench/capacity.ts',
    text: 'if (held > 0) return held;',
    instead: '',
    caughtBy: [{ spec: 'ops/bench/capacity.spec.ts', test: 'the highest rate that held' }],
  },
];
