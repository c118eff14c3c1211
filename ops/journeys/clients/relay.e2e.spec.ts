import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../testing.ts';
import { ask } from '../testing.ts';
import type { Library, Surroundings } from './testing.ts';
import { documents, journeyWith, rowsOf, textsOf } from './testing.ts';

const require = createRequire(import.meta.url);
const relay: Answer = require('relay-runtime');
const root = fileURLToPath(new URL('../../..', import.meta.url));
const compiler = join(root, 'node_modules/.bin/relay-compiler');
const runs = spawnSync(compiler, ['--version']).status === 0;
if (!runs) console.log('skipped: the journey with Relay (its compiler has no build for here)');

describe.skipIf(!runs)('Relay', () => {
  let folder = '';
  let said = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-relay-'));
    said = compileInto(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const artifact = (name: string) => require(join(folder, 'artifacts', `${name}.graphql.js`));

  it('has its compiler take the schema and the documents', () => {
    expect(said).toContain('Compilation completed');
    expect(readdirSync(join(folder, 'artifacts')).sort()).toEqual([
      'appEventsSubscription.graphql.js',
      'appHistoryQuery.graphql.js',
      'appInboxQuery.graphql.js',
      'appSendMutation.graphql.js',
    ]);
  });

  it('walks from the inbox to a resumed socket', () =>
    journeyWith(async (around) => walkWith(openEnvironment(around), artifact)));
});

/** Relay wants operations named after their module, and finds them in source files. */
function compileInto(folder: string): string {
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'artifacts'));
  const renamed = [
    documents.inbox.replace('query Inbox', 'query appInboxQuery'),
    documents.history.replace('query History', 'query appHistoryQuery'),
    documents.send.replace('mutation Send', 'mutation appSendMutation'),
    documents.events.replace('subscription Events', 'subscription appEventsSubscription'),
  ];
  const source = renamed.map((text, at) => `const d${at} = graphql\`${text}\`;`).join('\n');
  writeFileSync(join(folder, 'src/app.js'), source);
  const config = {
    ...{ src: './src', schema: './schema.graphql', artifactDirectory: './artifacts' },
    ...{ language: 'javascript', eagerEsModules: false },
  };
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
  const schema = join(root, 'schemas/published.graphql');
  spawnSync('cp', [schema, join(folder, 'schema.graphql')]);
  const done = spawnSync(compiler, ['relay.config.json', '--repersist'], {
    ...{ cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  });
  return `${done.stdout}${done.stderr}`;
}

function openEnvironment({ url, token, line }: Surroundings): Answer {
  const fetchFn = async ({ text }: Answer, variables: object) => ({
    data: await ask(url, text, { variables, token }),
  });
  const subscribeFn = ({ text }: Answer, variables: Answer) =>
    relay.Observable.create((sink: Answer) =>
      line.client.subscribe({ query: text, variables }, sink),
    );
  return new relay.Environment({
    network: relay.Network.create(fetchFn, subscribeFn),
    store: new relay.Store(new relay.RecordSource()),
  });
}

function walkWith(environment: Answer, artifact: (name: string) => Answer): Library {
  let pages: Answer[] = [];
  const queryOf = (name: string, variables: object) => {
    const request = relay.getRequest(artifact(name));
    return relay.createOperationDescriptor(request, variables);
  };
  const fetched = async (name: string, variables: object): Promise<Answer> => {
    await relay
      .fetchQuery(environment, artifact(name), variables, { fetchPolicy: 'network-only' })
      .toPromise();
    environment.retain(queryOf(name, variables));
    return cached(name, variables);
  };
  const cached = (name: string, variables: object): Answer =>
    environment.lookup(queryOf(name, variables).fragment).data;
  return {
    inbox: async () => rowsOf(await fetched('appInboxQuery', {})),
    history: async (id, last) => {
      const newest = { id, last, before: null };
      const { messages } = (await fetched('appHistoryQuery', newest)).conversation;
      const older = { id, last, before: messages.pageInfo.startCursor };
      await fetched('appHistoryQuery', older);
      pages = [older, newest];
      return pages.flatMap((page) => textsOf(cached('appHistoryQuery', page)));
    },
    send: (conversationId, text, clientId) =>
      new Promise((resolve, reject) => {
        relay.commitMutation(environment, {
          mutation: artifact('appSendMutation'),
          variables: { input: { conversationId, text, clientId } },
          onCompleted: ({ sendMessage }: Answer) => resolve(sendMessage.message.number),
          onError: reject,
        });
      }),
    listen: (after, heard) => {
      relay.requestSubscription(environment, {
        subscription: artifact('appEventsSubscription'),
        variables: { after },
        onNext: ({ events }: Answer) => heard(events),
      });
    },
    shown: () => ({
      texts: pages.flatMap((page) => textsOf(cached('appHistoryQuery', page))),
      unread: rowsOf(cached('appInboxQuery', {}))[0]?.unread ?? 0,
    }),
    close: async () => undefined,
  };
}
