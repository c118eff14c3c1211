import type { Defect } from './defect.ts';

const embedded = 'ops/adapters/analytics/embedded.int.spec.ts';
const faults = 'ops/adapters/analytics/clickhouse-faults.int.spec.ts';
const driver = 'ops/adapters/analytics/clickhouse.ts';

/** In what analysts read, and how it comes there. */
export const analyticsDefects: readonly Defect[] = [
  {
    name: 'facts-without-token',
    says: 'a batch of facts that is inserted again is taken for another one',
    breaks: 'promise: re-reading a batch counts nothing twice',
    file: driver,
    text: '        insert_deduplication_token: token,\n',
    instead: `        insert_deduplication_token: \`\${token} at \${performance.now()}\`,\n`,
    caughtBy: [
      { spec: faults, test: 'counts a batch once whose answer was lost' },
      { fault: 'd6-analytics-reply-lost' },
    ],
  },
  {
    name: 'rollups-count-repeats',
    says: 'the rollups count a batch that is inserted again, though its table does not',
    breaks: 'promise: re-reading a batch counts nothing twice',
    file: driver,
    text: 'deduplicate_blocks_in_dependent_materialized_views: 1',
    instead: 'deduplicate_blocks_in_dependent_materialized_views: 0',
    caughtBy: [{ spec: faults, test: 'counts a batch once whose answer was lost' }],
  },
  {
    name: 'forgetful-tables',
    says: 'a table that remembers no batches takes facts',
    breaks: 'promise: re-reading a batch counts nothing twice',
    file: driver,
    text: '      await refuseForgetful(connection);\n',
    instead: '',
    caughtBy: [{ spec: faults, test: 'gets no table that would forget' }],
  },
  {
    name: 'analyst-reads-files',
    says: 'an analyst reads files of the machine through the function file',
    breaks: 'promise: an analyst reads facts only',
    file: 'ops/adapters/analytics/engine/reader.ts',
    text: 'Function (file)',
    instead: 'Function (none)',
    caughtBy: [{ spec: embedded, test: 'holds a reader to one bounded SELECT' }],
  },
  {
    name: 'analyst-asks-several',
    says: 'what an analyst asks is run as she wrote it, not as the one SELECT that was looked at',
    breaks: 'promise: an analyst reads facts only',
    file: 'ops/adapters/analytics/engine/reader.ts',
    text: `  const inBrackets = \`select * from (\${statement}\\n)\`;\n`,
    instead: '  const inBrackets = statement;\n',
    caughtBy: [{ spec: embedded, test: 'holds a reader to one bounded SELECT' }],
  },
  {
    name: 'reader-without-bounds',
    says: 'an analyst’s question may read without end',
    breaks: 'promise: analysts’ questions are bounded',
    file: 'ops/adapters/analytics/engine/engine.ts',
    text: `  max_bytes_to_read: \`\${analystBounds.bytesMax}\`,\n`,
    instead: '',
    caughtBy: [{ spec: embedded, test: 'holds a reader to one bounded SELECT' }],
  },
  {
    name: 'lost-answers-not-asked-again',
    says: 'a call whose answer is lost fails at once',
    breaks: 'promise: one lost answer is asked for again',
    file: 'ops/adapters/analytics/clickhouse-connection.ts',
    text: 'againMax: 2',
    instead: 'againMax: 0',
    caughtBy: [{ spec: faults, test: 'asks again by itself' }],
  },
];
