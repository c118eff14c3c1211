import type { Served } from '../../rpc/server.ts';
import type {
  ConversationQuery,
  IndexDocument,
  IndexName,
  MessageQuery,
  NameQuery,
  Search,
} from './port.ts';
import { CursorRefused, SearchUnavailable } from './port.ts';
import type { ApplyRequest, DocumentsRequest, Reply, Written } from './wire.ts';
import { read, writtenDocument } from './wire.ts';

type Versioned = { readonly index: IndexName; readonly version: number };

const documentsAtOnce = 250;

/** The search of this process, for others of its machine: see served.ts for their side. */
export function serveSearch(search: Search): Served {
  return {
    calls: {
      'search.prepare': ({ index, version }: Versioned) =>
        reply(() => search.prepare(index, version)),
      'search.apply': ({ target, changes }: ApplyRequest) =>
        reply(() => search.apply(target, changes.map(read))),
      'search.find-messages': (query: MessageQuery) => reply(() => search.findMessages(query)),
      'search.find-people': (query: NameQuery) => reply(() => search.findPeople(query)),
      'search.find-conversations': (query: ConversationQuery) =>
        reply(() => search.findConversations(query)),
      'search.switch-to': ({ index, version }: Versioned) =>
        reply(() => search.switchTo(index, version)),
      'search.documents': (request: DocumentsRequest) => reply(() => documents(search, request)),
      'search.health': () => reply(() => search.health()),
    },
    lines: {},
  };
}

async function reply(work: () => Promise<unknown>): Promise<Reply> {
  try {
    return { kind: 'answer', value: await work() };
  } catch (cause) {
    if (cause instanceof CursorRefused) return { kind: 'cursor-refused', reason: cause.message };
    if (cause instanceof SearchUnavailable) return { kind: 'unavailable', reason: cause.message };
    throw cause;
  }
}

/** A page of documents; an empty one is the end. */
async function documents(search: Search, { target, after }: DocumentsRequest) {
  const page: Written<IndexDocument>[] = [];
  for await (const document of search.documents(target, after)) {
    page.push(writtenDocument(document));
    if (page.length === documentsAtOnce) break;
  }
  return page;
}
