import { elasticsearch } from '../stack/elasticsearch.ts';
import type { Defect } from './defect.ts';

const embedded = 'ops/adapters/search/embedded.int.spec.ts';

/** In what is found by words. */
export const searchDefects: readonly Defect[] = [
  {
    name: 'removal-forgotten',
    says: 'what was removed from the search is found again after a repeat of what came before',
    breaks: 'law 8',
    file: 'ops/adapters/search/embedded/index-file.ts',
    text: '      sql.rememberRemoved.run(id, to);\n',
    instead: '',
    caughtBy: [{ spec: embedded, test: 'holds everything' }],
  },
  {
    name: 'index-moves-back',
    says: 'an older document of the search writes over a newer one',
    breaks: 'law 10',
    file: 'ops/adapters/search/embedded/index-file.ts',
    text: 'sql.isHeld.get(id, to) !== undefined || ',
    instead: '',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'search-sees-everything',
    says: 'the search finds outside of what the viewer may see',
    breaks: 'law 8',
    file: 'ops/adapters/search/embedded/find.ts',
    text: 'if (isInScope(conversationId, number)) {',
    instead: '{',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'page-repeats-its-last',
    says: 'a page of the search begins with the hit that ended the one before',
    breaks: 'promise: pages do not shift',
    file: 'ops/adapters/search/embedded/index-file.ts',
    text: '.rowid < ? order by',
    instead: '.rowid <= ? order by',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'misspelt-before-exact',
    says: 'words that are only nearly right are found among those that are',
    breaks: 'promise: one misspelling away, after exact ones',
    file: 'ops/adapters/search/query.ts',
    text: '[...together, exact, begun, misspelt]',
    instead: '[...together, misspelt]',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'elasticsearch-takes-any-version',
    says: 'Elasticsearch is not told the versions of documents: whatever comes last stays',
    breaks: 'law 10',
    file: 'ops/adapters/search/elasticsearch-bulk.ts',
    text: `\`"version":\${version},"version_type":"external"\``,
    instead: '`"version_type":"internal"`',
    caughtBy: [
      { spec: 'ops/adapters/search/elasticsearch.stack.spec.ts', test: 'remembers a removal' },
    ],
    needs: elasticsearch,
  },
  {
    name: 'search-stops-the-start',
    says: 'nobody can start while the Elasticsearch is away',
    breaks: 'sends go on whenever the event store lives',
    file: 'ops/adapters/search/elasticsearch-connection.ts',
    text: 'if (cause instanceof PlainError || sentence !== null) {',
    instead: '{',
    caughtBy: [
      {
        spec: 'ops/adapters/search/elasticsearch-connection.spec.ts',
        test: 'starts while it is away',
      },
    ],
  },
  {
    name: 'older-writes-newer-index',
    says: 'an older program writes its documents into the index that a newer one has built',
    breaks: 'law 10',
    file: 'ops/adapters/search/embedded/engine.ts',
    text: "const isOther = at === 'next' ? wanted !== version : wanted < version;",
    instead: "const isOther = at === 'next' && wanted !== version;",
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'search-for-all-to-read',
    says: 'everybody on the machine may read what people wrote, in the file of the search',
    breaks: 'promise: open text is for its owner alone',
    file: 'ops/adapters/search/embedded/engine.ts',
    text: '  keepPrivate(path);',
    instead: '',
    caughtBy: [{ spec: embedded, test: 'lies in files that nobody else may read' }],
  },
];
