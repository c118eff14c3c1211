import type { Defect } from './defect.ts';

const indexer = 'workers/indexer/indexer.int.spec.ts';
const documents = 'workers/indexer/destination.int.spec.ts';

/** From a stored event to what is found by words, and by whom. */
export const indexerDefects: readonly Defect[] = [
  {
    name: 'found-by-what-it-said',
    says: 'a message is found by words that an edit took away, while the index is behind',
    breaks: 'law 8',
    file: 'api/graphql/search/hits.ts',
    text: '  if (!stillSays([message.text], highlights)) return null;\n',
    instead: '',
    caughtBy: [
      { spec: 'api/graphql/search/search.int.spec.ts', test: 'is not what a message said' },
    ],
  },
  {
    name: 'documents-from-older-rows',
    says: 'a document is made from rows that do not hold its event yet',
    breaks: 'law 10',
    file: 'workers/indexer/destination.ts',
    text: 'if (at < position) behind.set',
    instead: 'if (at < 0n) behind.set',
    caughtBy: [{ spec: documents, test: 'waits for no read model' }],
  },
  {
    name: 'first-change-of-a-batch',
    says: 'of several changes of a document in one batch the first is kept',
    breaks: 'law 10',
    file: 'workers/indexer/complete.ts',
    text: '  for (const change of changes) last.set(idOf(change), change);',
    instead: '  for (const change of changes.toReversed()) last.set(idOf(change), change);',
    caughtBy: [{ spec: documents, test: 'takes the last of several' }],
  },
  {
    name: 'place-before-the-engine',
    says: 'the indexer goes on over what the engine did not take',
    breaks: 'promise: nothing is lost while the engine is away',
    file: 'workers/indexer/destination.ts',
    text: 'await writing.search.apply(target, lastOfEach(changes));',
    instead: 'await writing.search.apply(target, lastOfEach(changes)).catch(() => undefined);',
    caughtBy: [
      { spec: indexer, test: 'loses nothing while the engine is away' },
      { fault: 'd4-search' },
    ],
  },
  {
    name: 'away-engine-parks',
    says: 'events are put aside as bad ones because the engine is away',
    breaks: 'law 13',
    file: 'workers/projector/reason.ts',
    text: ' || error instanceof SearchUnavailable',
    instead: '',
    caughtBy: [{ spec: indexer, test: 'loses nothing while the engine is away' }],
  },
  {
    name: 'lost-index-stays-lost',
    says: 'an index that was lost is filled from where the indexer was',
    breaks: 'law 10',
    file: 'workers/indexer/lost-index.ts',
    text: '  await toTheBeginning(tables, name);\n',
    instead: '',
    caughtBy: [{ spec: indexer, test: 'writes an index that was lost' }],
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
