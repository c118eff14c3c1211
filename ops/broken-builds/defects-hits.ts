import type { Defect } from './defect.ts';

const indexer = 'workers/indexer/indexer.int.spec.ts';
const embedded = 'ops/adapters/search/embedded.int.spec.ts';

/** In how long a search may take, and in what its index does while rows are behind or parked. */
export const hitsDefects: readonly Defect[] = [
  {
    name: 'budget-skips-a-step',
    says: 'a search that took its time goes on behind the step that it did not look for',
    breaks: 'promise: whoever goes on has every hit once',
    file: 'ops/adapters/search/embedded/find.ts',
    text: 'endedAt: cursorAt(step, to) }',
    instead: 'endedAt: cursorAt(step + 1, to) }',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'searches-wait-in-line',
    says: 'whoever asks much lets all others wait behind her',
    breaks: 'promise: people take turns',
    file: 'ops/adapters/search/turns.ts',
    text: '      waiting.delete(asker);\n',
    instead: '      if (others.length === 0) waiting.delete(asker);\n',
    caughtBy: [{ spec: 'ops/adapters/search/turns.spec.ts', test: 'go round' }],
  },
  {
    name: 'cursor-of-anybody',
    says: 'a cursor of the search may be opened for whoever brings it',
    breaks: 'law 8',
    file: 'ops/vault/cursors.ts',
    text: `\`cursor/\${viewer}\``,
    instead: "'cursor'",
    caughtBy: [{ spec: 'ops/vault/cursors.spec.ts', test: 'by nobody for anybody else' }],
  },
  {
    name: 'one-behind-holds-all',
    says: 'while the read models of one conversation are behind, nothing is found of others',
    breaks: 'promise: what was said is found within a second or two',
    file: 'workers/indexer/indexer.ts',
    text: 'if (!(error instanceof ReadModelsBehind)) throw error;',
    instead: 'if (error instanceof ReadModelsBehind) throw error;',
    caughtBy: [{ spec: indexer, test: 'goes on with others' }],
  },
  {
    name: 'parked-row-takes-out',
    says: 'a reaction takes a message out of the search, for good, while its row is parked',
    breaks: 'law 10',
    file: 'workers/indexer/destination.ts',
    text: '  await refuseParked(tables, amending);\n',
    instead: '',
    caughtBy: [{ spec: indexer, test: 'leaves a message found' }],
  },
];
