import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { v7 } from 'uuid';
import WebSocket from 'ws';
import type { Platform } from '../compose.ts';
import { openPlatform } from '../compose.ts';
import { readSettings } from '../config/config.ts';

/** A platform of its own on a fresh folder, all machines embedded and real. */
export async function startPlatform(
  options: Readonly<Record<string, string>> = {},
  folder = mkdtempSync(join(tmpdir(), 'parley-journey-')),
): Promise<Platform & { readonly folder: string }> {
  const fresh = { PARLEY_PORT: '0', PARLEY_DATA: folder };
  // Analytics are an engine in a process of its own, which few journeys need.
  const environment = { ...fresh, PARLEY_ANALYTICS: 'off', ...options };
  const outcome = readSettings(environment, folder);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  const platform = await openPlatform(outcome.settings.config);
  return {
    ...platform,
    folder,
    [Symbol.asyncDispose]: async () => {
      await platform[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read as the specs expect them
export type Answer = any;

export type Caller = {
  readonly id: string;
  readonly token: string;
  readonly cursor: string;
  ask(query: string, variables?: object): Promise<Answer>;
};

/** GraphQL over HTTP; rejects with the errors when there are any. */
export async function ask(
  url: string,
  query: string,
  { variables = {}, token }: { readonly variables?: object; readonly token?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors }: Answer = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

export async function register(url: string, name: string): Promise<Caller> {
  const email = `${v7()}@example.org`;
  const data = await ask(
    url,
    `mutation ($name: String!, $email: String!) {
      register(input: { name: $name, email: $email, password: "correct horse", device: "spec" }) {
        refusal { code } session { accessToken } viewer { cursor person { id } }
      }
    }`,
    { variables: { name, email } },
  );
  const { session, viewer, refusal } = data.register;
  if (refusal) throw new Error(refusal.code);
  const token = session.accessToken;
  return {
    id: viewer.person.id,
    cursor: viewer.cursor,
    token,
    ask: (query, variables = {}) => ask(url, query, { variables, token }),
  };
}

export async function send(
  caller: Caller,
  conversationId: string,
  text: string,
  more: { readonly clientId?: string; readonly replyTo?: number } = {},
): Promise<Answer> {
  const data = await caller.ask(
    `mutation ($input: SendMessageInput!) {
      sendMessage(input: $input) { refusal { code field } position message { number text } }
    }`,
    { input: { conversationId, text, clientId: more.clientId ?? v7(), replyTo: more.replyTo } },
  );
  return data.sendMessage;
}

export async function createGroup(
  caller: Caller,
  others: readonly Caller[],
  title = 'Group',
): Promise<string> {
  const data = await caller.ask(
    `mutation ($input: CreateGroupInput!) {
      createGroup(input: $input) { refusal { code } conversation { id } }
    }`,
    { input: { title, memberIds: others.map(({ id }) => id) } },
  );
  return data.createGroup.conversation.id;
}

/** A device that keeps what it gets: texts by conversation and number, and its newest cursor. */
export type TestDevice = {
  readonly messages: ReadonlyMap<string, string | null>;
  readonly frames: readonly Answer[];
  cursor(): string | null;
  /** With which codes its socket was closed so far. */
  readonly closedWith: readonly number[];
  /** Cuts the socket as a lost network does; the client comes back by itself. */
  cut(): void;
  stop(): Promise<void>;
};

const liveDocument = `subscription ($after: Cursor) {
  events(after: $after) {
    __typename
    ... on StoredEvent { position }
    ... on ConversationEvent { conversationId revision }
    ... on MessageSent { message { number text author { name } } }
    ... on MessageEdited { message { number text } }
    ... on MessageDeleted { message { number text } }
    ... on MarksMoved { member { readUpTo person { id } } }
    ... on ParticipationChanged { my { unread readUpTo } }
    ... on MembersChanged { joined { person { id } } left { person { id } } }
    ... on Typing { personId }
    ... on Progress { cursor }
  }
}`;

export function openDevice(url: string, caller: Caller, after: string | null): TestDevice {
  const messages = new Map<string, string | null>();
  const frames: Answer[] = [];
  const closedWith: number[] = [];
  let cursor = after;
  let socket: WebSocket | undefined;
  const client: Client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 1_000,
    retryWait: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
    shouldRetry: () => true,
    connectionParams: () => ({ authorization: `Bearer ${caller.token}`, cursor }),
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      closed: (event) => closedWith.push((event as CloseEvent).code),
    },
  });
  client.subscribe<Answer>(
    { query: liveDocument, variables: { after } },
    {
      next: ({ data }) => {
        const event = data.events;
        frames.push(event);
        if (event.message) {
          messages.set(`${event.conversationId}#${event.message.number}`, event.message.text);
        }
        if (event.__typename === 'Progress') cursor = event.cursor;
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return {
    messages,
    frames,
    closedWith,
    cursor: () => cursor,
    cut: () => socket?.terminate(),
    stop: async () => {
      await client.dispose();
    },
  };
}

/** Looks again until it holds; rejects with what it saw last. */
export async function eventually(
  holds: () => void | Promise<void>,
  withinMs = 10_000,
): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await holds();
    } catch (cause) {
      if (performance.now() > until) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
