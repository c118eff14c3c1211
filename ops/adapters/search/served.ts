import type { Rpc } from '../../rpc/client.ts';
import { openRpc } from '../../rpc/client.ts';
import { RpcUnavailable } from '../../rpc/port.ts';
import type { IndexDocument, IndexTarget, Search } from './port.ts';
import { CursorRefused, SearchUnavailable } from './port.ts';
import type { ApplyRequest, DocumentsRequest, Reply, Written } from './wire.ts';
import { readDocument, written } from './wire.ts';

export type ServedSearchOptions = {
  readonly path: string; // of the socket on which the other process serves
  /** How long a call may take, ms, a restart of the other process in it: 10,000 unless told. */
  readonly callMs?: number | undefined;
};

const changesAtOnce = 250; // of 64 KiB each: what a message of the wire holds

/** The search that another process of this machine holds. */
export function openServedSearch({ path, callMs = 10_000 }: ServedSearchOptions): Search {
  const rpc = openRpc(path, { deadlineMs: callMs });
  return {
    prepare: (index, version) => ask(rpc, 'search.prepare', { index, version }),
    apply: async (target, changes) => {
      for (let at = 0; at < changes.length; at += changesAtOnce) {
        const some = changes.slice(at, at + changesAtOnce).map(written);
        await ask(rpc, 'search.apply', { target, changes: some } satisfies ApplyRequest);
      }
    },
    findMessages: (query) => ask(rpc, 'search.find-messages', query),
    findPeople: (query) => ask(rpc, 'search.find-people', query),
    findConversations: (query) => ask(rpc, 'search.find-conversations', query),
    switchTo: (index, version) => ask(rpc, 'search.switch-to', { index, version }),
    documents: (target, after) => documents(rpc, target, after),
    health: () =>
      ask<Awaited<ReturnType<Search['health']>>>(rpc, 'search.health', {}).catch(
        ({ message }: Error) => ({ ok: false, reason: message }),
      ),
    [Symbol.asyncDispose]: async () => rpc[Symbol.dispose](),
  };
}

async function ask<Answer>(rpc: Rpc, method: string, request: unknown): Promise<Answer> {
  const reply = await rpc.call<Reply>(method, request).catch((cause: Error) => {
    throw cause instanceof RpcUnavailable ? new SearchUnavailable(cause.message) : cause;
  });
  if (reply.kind === 'answer') return reply.value as Answer;
  if (reply.kind === 'unavailable') throw new SearchUnavailable(reply.reason);
  throw new CursorRefused(reply.reason);
}

async function* documents(rpc: Rpc, target: IndexTarget, from = ''): AsyncGenerator<IndexDocument> {
  for (let after = from; ; ) {
    const request: DocumentsRequest = { target, after };
    const page = await ask<readonly Written<IndexDocument>[]>(rpc, 'search.documents', request);
    yield* page.map(readDocument);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
