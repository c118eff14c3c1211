import type { Defect } from './defect.ts';

/** In what analytics say of themselves. */
export const figuresDefects: readonly Defect[] = [
  {
    name: 'switched-off-asks-again',
    says: 'who asks analytics that are switched off is told to try again in a moment',
    breaks: 'promise: a time to ask again is given where asking again can help',
    file: 'api/errors.ts',
    text: 'if (cause instanceof AnalyticsSwitchedOff)',
    instead: 'if (cause instanceof AnalyticsSwitchedOff && !cause.message)',
    caughtBy: [{ spec: 'api/errors.spec.ts', test: 'gives no time to ask again' }],
  },
  {
    name: 'failed-engine-is-well',
    says: 'the embedded engine did not start, and its health says that all is well',
    breaks: 'promise: health tells what does not work',
    file: 'ops/adapters/analytics/embedded.ts',
    text: 'failed = cause.message;',
    instead: 'failed = null;',
    caughtBy: [{ spec: 'ops/adapters/analytics/embedded.int.spec.ts', test: 'start that failed' }],
  },
];
