import type { createClient } from 'graphql-ws';
import type { Asked, FetcherOptions } from './fetcher.ts';
import { openFetcher } from './fetcher.ts';
import type { Known } from './memory.ts';
import { uuidV7 } from './uuid-v7.ts';
import { watch } from './watch.ts';

// What the packaged scripts before this one left on the page.
declare const React: { createElement(type: unknown, properties: object): object };
declare const ReactDOM: { createRoot(element: object): { render(node: object): void } };
declare const GraphiQL: object;
declare const graphqlWs: { readonly createClient: typeof createClient };
declare const location: { readonly origin: string };
declare const document: {
  getElementById(id: string): { readonly textContent: string };
};

/** What tabs of this page tell each other. */
type Said =
  | { readonly kind: 'question' }
  | { readonly kind: 'answer' | 'news'; readonly known: Known };

const keptUnder = 'parley:known';
const channel = new BroadcastChannel(keptUnder);
let known: Known = JSON.parse(sessionStorage.getItem(keptUnder) ?? '{}');

start();

/**
 * GraphiQL with our documents. What it learns lives as long as this tab of the browser, in the
 * session's storage, and is handed to other tabs of this page while both are open.
 */
function start(): void {
  channel.onmessage = ({ data }: { readonly data: Said }) => {
    if (data.kind === 'question') say({ kind: 'answer', known });
    // An answer may be older than what this tab learnt since; news never is.
    else keep(data.kind === 'news' ? { ...known, ...data.known } : { ...data.known, ...known });
  };
  say({ kind: 'question' });
  const properties = {
    fetcher: openFetcher(options()),
    defaultTabs: JSON.parse(document.getElementById('tabs').textContent),
    storage: sessionStorage,
    shouldPersistHeaders: true,
  };
  const root = ReactDOM.createRoot(document.getElementById('explorer'));
  root.render(React.createElement(GraphiQL, properties));
}

function options(): FetcherOptions {
  const endpoint = `${location.origin}/graphql`;
  return {
    endpoint,
    newId: () => uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(16))),
    known: () => known,
    learn: (more) => {
      keep({ ...known, ...more });
      say({ kind: 'news', known: more });
    },
    watch: (asked, authorization) =>
      watch(
        {
          createClient: graphqlWs.createClient,
          socket: { url: endpoint.replace(/^http/, 'ws') },
          authorization,
        },
        payloadOf(asked),
      ),
  };
}

function say(said: Said): void {
  channel.postMessage(said);
}

function keep(all: Known): void {
  known = all;
  sessionStorage.setItem(keptUnder, JSON.stringify(known));
}

function payloadOf({ query, variables, operationName }: Asked) {
  return { query, variables: variables ?? {}, operationName: operationName ?? null };
}
