// Speaks as much of our protocol as the load needs and does nothing: what the load can drive here
// is what it can drive at all.
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';

type Connected = { person: string; raw: Socket | null; waiting: Buffer[] };

const live = new Map<string, Connected>(); // by person
const members = new Map<string, readonly string[]>(); // by conversation
const written = new Map<string, number>(); // messages by conversation
let turn: Connected[] = [];

const http = createServer(async (request, response) => {
  const { query, variables } = JSON.parse(await bodyOf(request));
  const own = personOf(request.headers.authorization);
  const id = `con_${members.size}`;
  members.set(id, [own, ...(variables.input?.memberIds ?? [variables.personId])]);
  const field = query.includes('openDirect') ? 'openDirect' : 'createGroup';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ data: { [field]: { conversation: { id } } } }));
});
const sockets = new WebSocketServer({ server: http, path: '/graphql' });
sockets.on('connection', (socket, { socket: raw }) => {
  const connected: Connected = { person: '', raw, waiting: [] };
  socket.on('message', (data) => {
    const { id, type, payload } = JSON.parse(String(data));
    if (type === 'connection_init') {
      connected.person = personOf(payload.authorization);
      return socket.send('{"type":"connection_ack"}');
    }
    if (id === 'live') {
      live.set(connected.person, connected);
      return socket.send(
        '{"id":"live","type":"next","payload":{"data":{"events":{"__typename":"Progress"}}}}',
      );
    }
    socket.send(`{"id":"${id}","type":"next","payload":{"data":{}}}`);
    deliver(payload.variables.input);
  });
});
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}/  status\nCtrl-C stops it.`);
});
process.once('SIGTERM', () => process.exit(0));

function deliver({ conversationId, text }: { conversationId: string; text: string }): void {
  const number = (written.get(conversationId) ?? 0) + 1;
  written.set(conversationId, number);
  const frame = framed(
    JSON.stringify({ id: 'live', type: 'next', payload: { data: { events: { number, text } } } }),
  );
  for (const person of members.get(conversationId) ?? []) {
    const connected = live.get(person);
    if (!connected) continue;
    if (connected.waiting.length === 0) turn.push(connected);
    connected.waiting.push(frame);
  }
  if (turn.length > 0) setImmediate(flush);
}

/** What one turn brings a socket leaves in one write. */
function flush(): void {
  const due = turn;
  turn = [];
  for (const connected of due) {
    connected.raw?.write(Buffer.concat(connected.waiting));
    connected.waiting = [];
  }
}

function framed(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}

function personOf(authorization = ''): string {
  return authorization.replace(/^Bearer /, '');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += part;
  return body;
}
