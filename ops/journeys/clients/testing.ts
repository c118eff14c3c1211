import { getIntrospectionQuery } from 'graphql';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { v7 } from 'uuid';
import { expect } from 'vitest';
import WebSocket from 'ws';
import type { Answer, Caller } from '../testing.ts';
import { ask, eventually, register, send, startPlatform } from '../testing.ts';

export const documents = {
  inbox: `query Inbox {
    viewer { id cursor inbox(first: 10) {
      edges { cursor node { id title my { id unread } } } pageInfo { hasNextPage endCursor }
    } }
  }`,
  history: `query History($id: ID!, $last: Int!, $before: String) {
    conversation(id: $id) { id messages(last: $last, before: $before) {
      edges { cursor node { id number text } } pageInfo { hasPreviousPage startCursor }
    } }
  }`,
  send: `mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) { refusal { code } message { id number text } }
  }`,
  events: `subscription Events($after: Cursor) {
    events(after: $after) {
      __typename
      ... on MessageSent { message { id number text conversation { id my { id unread } } } }
      ... on MessageEdited { message { id number text } }
      ... on Progress { cursor }
    }
  }`,
} as const;

/** What one library makes of the API, written as its own guide says. */
export type Library = {
  /** The first page of the inbox. */
  inbox(): Promise<readonly { readonly title: string; readonly unread: number }[]>;
  /** Reads the newest page of the history, then one more before it; answers with both. */
  history(conversationId: string, rows: number): Promise<readonly string[]>;
  send(conversationId: string, text: string, clientId: string): Promise<number>;
  /** Subscribes to `events`; each frame's data comes here. */
  listen(after: string, heard: (event: Answer) => void): void;
  /** What the library's cache shows now, without asking anybody. */
  shown(): { readonly texts: readonly string[]; readonly unread: number };
  close(): Promise<void>;
};

/** What the history document shows. */
export function textsOf(data: Answer): readonly string[] {
  return data.conversation.messages.edges.map(({ node }: Answer) => node.text);
}

/** What the inbox document shows. */
export function rowsOf(
  data: Answer,
): readonly { readonly title: string; readonly unread: number }[] {
  return data.viewer.inbox.edges.map(({ node }: Answer) => ({
    title: node.title,
    unread: node.my.unread,
  }));
}

/** The socket as LIVE_PROTOCOL.md describes it, for any library. */
export type Line = {
  readonly client: Client;
  /** Keeps the newest cursor for the next connect. */
  heard(event: Answer): void;
  /** Cuts the socket as a lost network does. */
  cut(): void;
};

export function openLine(url: string, token: string): Line {
  let cursor: string | null = null;
  let socket: WebSocket | undefined;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
    connectionParams: () => ({ authorization: `Bearer ${token}`, cursor }),
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
    },
  });
  return {
    client,
    heard: (event) => {
      if (event?.__typename === 'Progress') cursor = event.cursor;
    },
    cut: () => socket?.terminate(),
  };
}

/** The schema as clients fetch it. */
export function introspection(url: string, token: string): Promise<Answer> {
  return ask(url, getIntrospectionQuery(), { token });
}

export type Surroundings = {
  readonly url: string;
  readonly token: string;
  readonly line: Line;
  readonly schema: Answer; // what an introspection query answers
};

const before = 30; // messages that are there already
const rows = 10;

/**
 * Log in, list, page back, send, live, cut, resume: the same for every library. A cached object is
 * right after each step without a line of cache code.
 */
export async function journeyWith(open: (around: Surroundings) => Promise<Library>): Promise<void> {
  await using platform = await startPlatform();
  const { url } = platform;
  const [ada, ben] = [await register(url, 'Ada'), await register(url, 'Ben')];
  const id = await openDirect(ben, ada);
  for (let n = 1; n <= before; n += 1) await send(ben, id, `message ${n}`);
  const line = openLine(url, ada.token);
  const schema = await introspection(url, ada.token);
  const library = await open({ url, token: ada.token, line, schema });
  try {
    await walk({ library, line, id, ada, ben });
  } finally {
    await library.close();
    await line.client.dispose();
  }
}

async function walk(has: {
  readonly library: Library;
  readonly line: Line;
  readonly id: string;
  readonly ada: Caller;
  readonly ben: Caller;
}): Promise<void> {
  const { library, line, id, ada, ben } = has;
  await eventually(async () => {
    expect(await library.inbox()).toEqual([{ title: 'Ben', unread: before }]);
  });
  const read = await library.history(id, rows);
  expect(read).toEqual(texts(before - 2 * rows + 1, before));

  const start = (await ada.ask('{ viewer { cursor } }')).viewer.cursor;
  const numbers: number[] = [];
  let caughtUp = 0;
  library.listen(start, (event) => {
    line.heard(event);
    if (event.__typename === 'MessageSent') numbers.push(event.message.number);
    if (event.__typename === 'Progress') caughtUp += 1;
  });
  await eventually(() => expect(caughtUp).toBeGreaterThan(0));

  const ownId = v7();
  expect(await library.send(id, 'from Ada', ownId)).toBe(before + 1);
  expect(await library.send(id, 'from Ada', ownId)).toBe(before + 1); // a retry is no double
  await eventually(() => expect(numbers).toContain(before + 1));

  await edit(ben, id, 15, 'mended');
  await eventually(() => expect(library.shown().texts).toContain('mended'));
  await send(ben, id, 'live');
  await eventually(() => expect(library.shown().unread).toBe(1)); // what she sent moved her mark

  const connects = caughtUp;
  line.cut();
  await edit(ben, id, 16, 'mended meanwhile');
  for (const n of [1, 2, 3]) await send(ben, id, `meanwhile ${n}`);
  await eventually(() => expect(caughtUp).toBeGreaterThan(connects), 30_000);
  await eventually(() => expect(library.shown().texts).toContain('mended meanwhile'));
  await eventually(() => expect(library.shown().unread).toBe(4));
  const since = [...new Set(numbers)].filter((number) => number > before);
  expect(since).toEqual([31, 32, 33, 34, 35]);

  const fresh = await library.history(id, rows);
  const newest = ['from Ada', 'live', 'meanwhile 1', 'meanwhile 2', 'meanwhile 3'];
  expect(fresh).toEqual([...['mended meanwhile', ...texts(17, before)], ...newest]);
}

function texts(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `message ${from + at}`);
}

async function openDirect(one: Caller, other: Caller): Promise<string> {
  const data = await one.ask(
    'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id } } }',
    { input: { personId: other.id } },
  );
  return data.openDirect.conversation.id;
}

async function edit(by: Caller, conversationId: string, number: number, text: string) {
  const data = await by.ask(
    'mutation ($input: EditMessageInput!) { editMessage(input: $input) { refusal { code } } }',
    { input: { conversationId, number, text } },
  );
  expect(data.editMessage.refusal).toBeNull();
}
