import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Answer, Somebody } from '../../bench/load/people.ts';
import { ask } from '../../bench/load/people.ts';
import type { Asked } from '../../simulate/history.ts';
import { carryOut } from './asking.ts';
import { liveDocument, seenMessage } from './documents.ts';
import type { Holdings } from './holdings.ts';
import { openHoldings } from './holdings.ts';
import type { Recorder, Reply } from './recorder.ts';

/** A device of a person: asks one thing after another, is told live, and keeps what it is told. */
export type Device = {
  readonly who: Somebody;
  readonly session: string;
  readonly holdings: Holdings;
  ask(asked: Asked, message?: string): Promise<Reply>;
  /** Reads the pages of what it came to late; false when that could not be done now. */
  fill(): Promise<boolean>;
  /** The place in the log that it has seen, which its reads must show. */
  seen(): string | null;
  /** Connected, and told since then that it has everything. */
  settled(): boolean;
  lastFrameMs(): number;
  /** Cuts the socket as a lost network does; it comes back by itself, from its cursor. */
  cut(): void;
  stop(): Promise<void>;
};

export type DeviceOptions = {
  readonly recorder: Recorder;
  readonly url: () => string; // of the API; may change when the platform starts again elsewhere
  readonly who: Somebody;
  readonly session: string;
};

/** A fresh device, which holds nothing yet and is told what happens from now on. */
export async function openDevice({ recorder, url, who, session }: DeviceOptions): Promise<Device> {
  const { viewer } = await ask(url(), '{ viewer { cursor } }', { token: who.token });
  const holdings = openHoldings();
  let seen = 0n;
  const saw = (position: string | undefined): void => {
    if (position !== undefined && BigInt(position) > seen) seen = BigInt(position);
  };
  const seenText = (): string | null => (seen === 0n ? null : seen.toString());
  const live = openLive({ recorder, url, who, session, holdings, saw, start: viewer.cursor });
  const askPage = async (asked: Asked, more: { message?: string; before?: string | null } = {}) => {
    let next: string | null = null;
    const reply = await recorder.ask({ person: who.id, session }, asked, async () => {
      const { next: following = null, ...answer } = await carryOut({
        url: url(),
        who,
        asked,
        ...more,
      });
      next = following;
      return answer;
    });
    saw(reply.position);
    return { reply, next: next as string | null };
  };
  const fillOne = async (conversation: string): Promise<boolean> => {
    for (let before: string | null = null; ; ) {
      const asked = { do: 'read-page', conversation, atLeast: seenText() } as const;
      const { reply, next } = await askPage(asked, { before });
      if (reply.page) holdings.addPage(conversation, reply.page.messages);
      if (reply.code === 'NOT_VISIBLE') return true;
      if (reply.outcome !== 'ok') return false;
      before = next;
      if (before === null) break;
    }
    holdings.filled(conversation);
    return true;
  };
  return {
    ...{ who, session, holdings, ...live },
    ask: async (asked, message) => {
      const { reply } = await askPage(asked, message === undefined ? {} : { message });
      return reply;
    },
    fill: async () => {
      for (const conversation of holdings.wanting()) {
        if (!(await fillOne(conversation))) return false;
      }
      return true;
    },
    seen: seenText,
  };
}

type LiveOptions = DeviceOptions & {
  readonly holdings: Holdings;
  readonly saw: (position: string | undefined) => void;
  readonly start: string; // cursor
};

/** The device's subscription, which comes back from its cursor whatever ends it. */
function openLive(options: LiveOptions): Pick<Device, 'settled' | 'lastFrameMs' | 'cut' | 'stop'> {
  const { recorder, url, who, session } = options;
  const base = { person: who.id, session };
  let cursor = options.start;
  let socket: WebSocket | undefined;
  let settled = false;
  let lastFrameMs = performance.now();
  const client = createClient({
    url: () => `${url().replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    shouldRetry: () => true,
    connectionParams: () => ({ authorization: `Bearer ${who.token}`, cursor }),
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => recorder.write({ line: 'connected', ...base, cursor }),
      closed: () => {
        if (socket) recorder.write({ line: 'cut', ...base, cursor });
        socket = undefined;
        settled = false;
      },
    },
  });
  client.subscribe<Answer>(
    { query: liveDocument, variables: { after: cursor } },
    {
      next: ({ data }) => {
        lastFrameMs = performance.now();
        if (data?.events.__typename === 'Progress') {
          cursor = data.events.cursor;
          settled = true;
        } else if (data) take(options, data.events);
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return {
    settled: () => settled,
    lastFrameMs: () => lastFrameMs,
    cut: () => socket?.terminate(),
    stop: async () => {
      // A connection that is only being made rejects; there is nothing to close then.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}

const kinds: Readonly<Record<string, 'sent' | 'edited' | 'deleted' | 'members'>> = {
  MessageSent: 'sent',
  MessageEdited: 'edited',
  MessageDeleted: 'deleted',
  MembersChanged: 'members',
};

/** Records a frame and keeps what it shows. */
function take({ recorder, who, session, holdings, saw }: LiveOptions, event: Answer): void {
  saw(event.position);
  const { __typename: name, conversationId: conversation, revision, position } = event;
  if (name === 'ParticipationChanged') {
    if (event.my.member) holdings.came(conversation);
    else holdings.went(conversation);
    return;
  }
  if (typeof revision !== 'number') return;
  const people = (members: Answer) => members?.map(({ person }: Answer) => person.id);
  const shown = event.message ? seenMessage(event.message) : undefined;
  const [joined, left] = [people(event.joined), people(event.left)];
  recorder.write({
    ...{ line: 'frame', person: who.id, session, conversation, revision, position },
    kind: kinds[name] ?? 'other',
    ...(shown && { shown }),
    ...(joined && { joined, left }),
  });
  holdings.heard(conversation, revision === 0 && name === 'ConversationChanged');
  if (shown) holdings.show(conversation, shown);
  if (joined?.includes(who.id)) holdings.came(conversation);
  if (left?.includes(who.id)) holdings.went(conversation);
}
