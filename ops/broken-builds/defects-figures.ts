import type { Defect } from './defect.ts';

const recount = [
  { spec: 'workers/facts/figures.int.spec.ts', test: 'people stay away and come back' },
] as const;

/** In the figures: people counted as what they are not; analytics that mislead of themselves. */
export const figuresDefects: readonly Defect[] = [
  {
    name: 'growth-takes-back-for-kept',
    says: 'who was away for a period counts as retained, not as resurrected',
    breaks: 'figure 9',
    file: 'projections/facts/figures-of-growth.ts',
    text: `last = before, 'retained'`,
    instead: `last <= before, 'retained'`,
    caughtBy: recount,
  },
  {
    name: 'active-days-one-too-long',
    says: 'a day of activity counts for 29 days',
    breaks: 'figure 10',
    file: 'projections/facts/figures-of-growth.ts',
    text: '(day + 28, -1)',
    instead: '(day + 29, -1)',
    caughtBy: recount,
  },
  {
    name: 'growth-by-the-hour',
    says: 'a figure that is not counted by the hour answers with nothing when asked for hours',
    breaks: 'promise: bad input is told',
    file: 'api/graphql/analytics.ts',
    text: `by === 'HOUR' && columns.period?.[0] === 'Date'`,
    instead: `by === 'HOUR' && columns.period?.[0] === 'Hour'`,
    caughtBy: [{ spec: 'api/graphql/analytics.spec.ts' }],
  },
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
