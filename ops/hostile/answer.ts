import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { encodeFrame, openFrameReader } from './frame-codec.ts';
import type { BytesInput, FramesInput, HttpInput, Input } from './input.ts';
import { message } from './input.ts';

/** What came back. */
export type Answer =
  | {
      readonly via: 'http';
      readonly status: number;
      readonly type: string;
      readonly body: string;
    }
  | { readonly via: 'bytes'; readonly text: string }
  | {
      readonly via: 'frames';
      readonly code: number | null; // null: open until we left; 1006: ended without a close frame
      readonly messages: readonly string[];
    }
  | { readonly via: 'nothing'; readonly why: string };

const patienceMs = 30_000; // nothing takes so long: what does has hung
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export function closeAgent(): void {
  agent.destroy();
}

/** Sends an input and waits for what comes back. */
export async function ask(url: string, input: Input): Promise<Answer> {
  if (input.via === 'http') return overHttp(url, input);
  if (input.via === 'bytes') return asBytes(url, input);
  for (let time = 1; ; time += 1) {
    const answer = await asFrames(url, input);
    // 4408: on a busy machine our own connection_init may come too late.
    if (answer.via !== 'frames' || answer.code !== 4408 || time === 3) return answer;
  }
}

function overHttp(url: string, { method, path, headers, body }: HttpInput): Promise<Answer> {
  return new Promise((resolve) => {
    const nothing = (why: string) => resolve({ via: 'nothing', why });
    const { hostname, port } = new URL(url);
    const length = body === null ? {} : { 'content-length': String(body.length) };
    const asked = request(
      { agent, hostname, port, method, path, headers: { ...length, ...headers } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', () => nothing('the answer broke off'));
        response.on('end', () =>
          resolve({
            ...{ via: 'http', status: response.statusCode ?? 0 },
            type: String(response.headers['content-type'] ?? ''),
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    asked.setTimeout(patienceMs, () => asked.destroy(new Error('no answer')));
    asked.on('error', ({ message: why }) => nothing(why));
    asked.end(body ?? undefined);
  });
}

function asBytes(url: string, { parts }: BytesInput): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = dial(url);
    let text = '';
    const done = () => {
      socket.destroy();
      resolve({ via: 'bytes', text });
    };
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      setTimeout(done, 20);
    });
    socket.on('close', done);
    socket.setTimeout(patienceMs, () => resolve({ via: 'nothing', why: 'no answer' }));
    for (const part of parts) socket.write(part);
  });
}

function dial(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined); // shows as its close
  return socket;
}

const handshake = Buffer.from(
  'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
    'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
);

/** A socket from the handshake on; it leaves when it has heard what it came for. */
function asFrames(url: string, input: FramesInput): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = dial(url);
    const messages: string[] = [];
    let code: number | null = 1006;
    const hungUp = (by: number | null) => {
      code = by;
      socket.destroy();
    };
    const leave = () => hungUp(null);
    const authorization = `Bearer ${input.token}`;
    const init = message({ type: 'connection_init', payload: { authorization } });
    const probe = encodeFrame({ opcode: 9, payload: Buffer.from('probe') });
    const goOn = () => {
      socket.write(Buffer.concat(input.frames.map(encodeFrame)));
      if (input.ends.kind !== 'stays') return;
      if (isComplete(input)) socket.write(probe);
      else setTimeout(leave, 20);
    };
    const read = openFrameReader(({ opcode, payload }) => {
      if (opcode === 8) return hungUp(payload.length < 2 ? 1005 : payload.readUInt16BE());
      if (opcode === 10 && payload.toString() === 'probe') leave();
      if (opcode !== 1) return;
      const text = payload.toString();
      if (messages.length < 20) messages.push(text);
      if (input.init && text === '{"type":"connection_ack"}') goOn();
      if (isEndOf(text, input)) leave();
    });
    onceShaken(socket, read, () => (input.init ? socket.write(encodeFrame(init)) : goOn()));
    socket.on('close', () => resolve({ via: 'frames', code, messages }));
    socket.setTimeout(patienceMs, () => {
      resolve({ via: 'nothing', why: 'the socket stayed open and said nothing' });
      socket.destroy();
    });
    socket.write(handshake);
  });
}

function onceShaken(
  socket: ReturnType<typeof dial>,
  read: (bytes: Buffer) => void,
  shaken: () => void,
): void {
  let head: Buffer | null = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    if (head === null) return read(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = head.subarray(end + 4);
    head = null;
    shaken();
    read(rest);
  });
}

/** After half a frame no probe can be sent. */
function isComplete({ frames }: FramesInput): boolean {
  return frames.every(({ claims }) => claims === undefined);
}

/** A query is over with `complete`, a subscription has shown that it works with its first frame. */
function isEndOf(text: string, { ends }: FramesInput): boolean {
  if (ends.kind !== 'answers') return false;
  const { id, type } = JSON.parse(text);
  return id === ends.operation && /^(next|error|complete)$/.test(type);
}
