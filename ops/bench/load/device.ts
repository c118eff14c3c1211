import { v7 } from 'uuid';
import type { Somebody } from './people.ts';
import type { LoadSocket } from './socket.ts';
import { openLoadSocket } from './socket.ts';

/** What a client of the usual kind asks for. */
export const liveDocument = `subscription ($after: Cursor) {
  events(after: $after) {
    __typename
    ... on StoredEvent { position }
    ... on ConversationEvent { conversationId revision }
    ... on MessageSent { message { id number text sentAt author { id name } } }
    ... on MarksMoved { member { readUpTo deliveredUpTo person { id } } }
    ... on ParticipationChanged { my { unread readUpTo } }
    ... on Progress { cursor }
  }
}`;

const sendDocument = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { refusal { code } position message { id number sentAt } }
}`;

/** A device on the socket: sends, and is told. */
export type Device = {
  readonly socket: LoadSocket;
  /** Sends text that begins with `<mark ` and a number, by which it is known again. */
  send(conversationId: string, text: string): void;
  /** Any other operation; the answers are not looked at. */
  ask(query: string, variables: object): void;
};

export type Heard = {
  /** A message arrived: its mark in this load, and its number in the conversation. */
  readonly message?: (mark: number, number: number) => void;
  /** The answer to the nth send came, with the event's position; 0 where it was refused. */
  readonly answer?: (sent: number, position: number) => void;
  readonly frame?: (payload: Buffer) => void;
};

export type DeviceOptions = {
  readonly heard?: Heard | undefined;
  readonly subscribe?: boolean | undefined; // unless told
  readonly after?: string | undefined; // a cursor to catch up from
};

const markBytes = Buffer.from('"text":"<mark ');
const numberBytes = Buffer.from('"number":');
const positionBytes = Buffer.from('"position":"');
const answerHead = Buffer.from('{"id":"s');
const next = Buffer.from('"type":"next"');

/** Connects, subscribes when asked to, and resolves when the device is live. */
export async function openDevice(
  url: string,
  somebody: Somebody,
  { heard = {}, subscribe = true, after }: DeviceOptions = {},
): Promise<Device> {
  const ready = Promise.withResolvers<void>();
  let sends = 0;
  const socket = await openLoadSocket(url, '/graphql', (payload) => {
    heard.frame?.(payload);
    const mark = payload.indexOf(markBytes);
    if (mark >= 0) {
      const number = payload.lastIndexOf(numberBytes, mark) + numberBytes.length;
      return heard.message?.(numberAt(payload, mark + markBytes.length), numberAt(payload, number));
    }
    if (payload.subarray(0, answerHead.length).equals(answerHead)) {
      if (!payload.includes(next)) return;
      const position = payload.indexOf(positionBytes);
      return heard.answer?.(
        numberAt(payload, answerHead.length),
        position < 0 ? 0 : numberAt(payload, position + positionBytes.length),
      );
    }
    if (payload.includes('connection_ack')) return subscribe ? ask() : ready.resolve();
    if (payload.includes('"Progress"')) ready.resolve();
  });
  const ask = (): void => {
    const payload = { query: liveDocument, variables: { after: after ?? null } };
    socket.send(JSON.stringify({ id: 'live', type: 'subscribe', payload }));
  };
  const payload = { authorization: `Bearer ${somebody.token}` };
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await ready.promise;
  return {
    socket,
    send: (conversationId, text) => {
      sends += 1;
      const input = { conversationId, clientId: v7(), text };
      const sent = { query: sendDocument, variables: { input } };
      socket.send(JSON.stringify({ id: `s${sends}`, type: 'subscribe', payload: sent }));
    },
    ask: (query, variables) => {
      sends += 1;
      const asked = { query, variables };
      socket.send(JSON.stringify({ id: `a${sends}`, type: 'subscribe', payload: asked }));
    },
  };
}

/** 200 bytes, as the peer's figures were taken with. */
export function markedText(mark: number): string {
  return `<mark ${mark}>`.padEnd(200, ' lorem ipsum');
}

function numberAt(payload: Buffer, start: number): number {
  let number = 0;
  for (let at = start; at < payload.length; at += 1) {
    const digit = (payload[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return number;
}
