import { createConnection } from 'node:net';

/**
 * A graphql-transport-ws client that costs next to nothing: it masks with zeros, which leaves the
 * payload as it is, and hands out incoming text frames as bytes. For loads only.
 */
export type LoadSocket = {
  send(text: string): void;
  /** Frames seen so far. */
  frames(): number;
  bytes(): number;
  readonly closed: Promise<void>;
  close(): void;
};

export type OnFrame = (payload: Buffer) => void;

export async function openLoadSocket(
  url: string,
  path: string,
  onFrame: OnFrame,
): Promise<LoadSocket> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  const closed = Promise.withResolvers<void>();
  socket.on('close', () => closed.resolve());
  socket.on('error', () => socket.destroy());
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  let frames = 0;
  let bytes = 0;
  let rest: Buffer = Buffer.alloc(0);
  const upgraded = Promise.withResolvers<void>();
  closed.promise.then(() => upgraded.reject(new Error('the socket was refused')));
  let open = false;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!open) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = rest.subarray(end + 4);
      open = true;
      upgraded.resolve();
    }
    rest = takeFrames(rest, (opcode, payload) => {
      if (opcode === 9) return void socket.write(frameOf(payload, 10));
      frames += 1;
      onFrame(payload);
    });
  });
  await upgraded.promise;
  return {
    send: (text) => void socket.write(frameOf(Buffer.from(text), 1)),
    frames: () => frames,
    bytes: () => bytes,
    closed: closed.promise,
    close: () => socket.destroy(),
  };
}

/** Hands out whole frames (RFC 6455, 5.2; the server does not mask) and keeps what is left. */
function takeFrames(chunk: Buffer, take: (opcode: number, payload: Buffer) => void): Buffer {
  let at = 0;
  for (;;) {
    if (chunk.length - at < 2) break;
    let length = (chunk[at + 1] ?? 0) & 0x7f;
    let head = 2;
    if (length === 126) {
      if (chunk.length - at < 4) break;
      length = chunk.readUInt16BE(at + 2);
      head = 4;
    } else if (length === 127) {
      if (chunk.length - at < 10) break;
      length = Number(chunk.readBigUInt64BE(at + 2));
      head = 10;
    }
    if (chunk.length - at < head + length) break;
    take((chunk[at] ?? 0) & 0x0f, chunk.subarray(at + head, at + head + length));
    at += head + length;
  }
  return chunk.subarray(at);
}

function frameOf(payload: Buffer, opcode: number): Buffer {
  const head = payload.length < 126 ? 6 : 8;
  const frame = Buffer.alloc(head + payload.length);
  frame[0] = 0x80 | opcode;
  if (payload.length < 126) frame[1] = 0x80 | payload.length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  payload.copy(frame, head);
  return frame;
}
