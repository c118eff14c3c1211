import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Answer, Caller } from './testing.ts';
import { createGroup, eventually, openDevice, register, send, startPlatform } from './testing.ts';

type Started = Awaited<ReturnType<typeof startPlatform>>;
let platform: Started;
let ada: Caller;
beforeAll(async () => {
  platform = await startPlatform();
  ada = await register(platform.url, 'Ada');
});
afterAll(() => platform[Symbol.asyncDispose]());

type Probe = {
  readonly received: Answer[];
  say(message: object | string): void;
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
};

async function open(
  protocol = 'graphql-transport-ws',
  headers: Record<string, string> = {},
): Promise<Probe> {
  const address = `${platform.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(address, protocol, { headers });
  const received: Answer[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed]);
  return {
    received,
    socket,
    closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}

async function initiated(): Promise<Probe> {
  const probe = await open();
  probe.say({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } });
  await eventually(() => expect(probe.received[0]).toEqual({ type: 'connection_ack' }));
  return probe;
}

const subscribe = (id: string, query: string) => ({ id, type: 'subscribe', payload: { query } });

describe('the socket’s protocol', () => {
  it('1: closes with 4408 when connection_init does not come', async () => {
    expect(await (await open()).closed).toBe(4408);
  });

  it('2: closes with 4401 on a subscribe before the acknowledgement', async () => {
    const probe = await open();
    probe.say(subscribe('1', '{ __typename }'));
    expect(await probe.closed).toBe(4401);
  });

  it('3: closes with 4429 on a second init', async () => {
    const probe = await initiated();
    probe.say({ type: 'connection_init' });
    expect(await probe.closed).toBe(4429);
  });

  it('4: closes with 4409 on a second operation under one id', async () => {
    const probe = await initiated();
    probe.say(subscribe('1', 'subscription { events { at } }'));
    probe.say(subscribe('1', 'subscription { events { at } }'));
    expect(await probe.closed).toBe(4409);
  });

  it.each([
    ['5: a message of unknown type', JSON.stringify({ type: 'what' })],
    ['6: no JSON', 'not json'],
  ])('%s closes with 4400', async (_what, message) => {
    const probe = await initiated();
    probe.say(message);
    expect(await probe.closed).toBe(4400);
  });

  it('7: closes with 4406, or refuses, another subprotocol', async () => {
    const probe = await open('graphql-ws');
    expect([4406, 1006]).toContain(await probe.closed);
  });

  it('8: answers a ping', async () => {
    const probe = await initiated();
    probe.say({ type: 'ping' });
    await eventually(() => expect(probe.received).toContainEqual({ type: 'pong' }));
  });

  it('9: a query gives next and complete', async () => {
    const probe = await initiated();
    probe.say(subscribe('q', '{ viewer { person { name } } }'));
    await eventually(() => expect(probe.received.at(-1)).toEqual({ id: 'q', type: 'complete' }));
    expect(probe.received.at(-2).payload.data.viewer.person.name).toBe('Ada');
  });

  it('10: a subscription gives frames until the client completes it', async () => {
    const probe = await initiated();
    probe.say(subscribe('s', 'subscription { events { __typename } }'));
    await eventually(() => expect(probe.received.at(-1)?.type).toBe('next'));
    probe.say({ id: 's', type: 'complete' });
    const group = await createGroup(ada, []);
    await send(ada, group, 'nobody listens');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(probe.received.filter(({ type }) => type === 'next')).toHaveLength(1);
    expect(probe.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('11: a document that does not fit gives an error and no complete', async () => {
    const probe = await initiated();
    probe.say(subscribe('e', '{ noSuchField }'));
    await eventually(() => expect(probe.received.at(-1)?.type).toBe('error'));
    probe.say(subscribe('e', '{ broken'));
    await eventually(() => expect(probe.received).toHaveLength(3));
    expect(probe.received.at(-1).type).toBe('error');
  });

  it('12: a frame over 64 KiB ends the socket', async () => {
    const probe = await initiated();
    probe.say('x'.repeat(70_000));
    expect(await probe.closed).toBe(1009);
  });

  it('13: a wrong token closes with 4403, so that a fresh one may follow', async () => {
    const probe = await open();
    probe.say({ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } });
    expect(await probe.closed).toBe(4403);
  });

  it('refuses the pages of other origins, and takes its own', async () => {
    const foreign = await open('graphql-transport-ws', { origin: 'https://evil.example' });
    expect(await foreign.closed).toBe(1006);
    const own = await open('graphql-transport-ws', { origin: platform.url });
    expect(own.socket.readyState).toBe(WebSocket.OPEN);
    own.socket.terminate();
  });

  it('closes a flood with 1013', async () => {
    const probe = await initiated();
    // Ten bursts at once: what is refilled while they arrive cannot let them through.
    for (let count = 0; count < 1000; count += 1) probe.say({ type: 'ping' });
    expect(await probe.closed).toBe(1013);
  });

  it('answers a cursor that is none of ours by naming the argument', async () => {
    const probe = await initiated();
    probe.say(subscribe('c', 'subscription { events(after: "nonsense") { at } }'));
    await eventually(() => expect(probe.received.at(-1)?.type).toBe('error'));
    expect(probe.received.at(-1).payload[0].message).toMatch(/`after` is not a cursor of ours/);
  });
});

describe('shared frames', () => {
  it('are executed once for all who see the same, however many devices there are', async () => {
    const people = await Promise.all(
      Array.from({ length: 8 }, (_, at) => register(platform.url, `Person ${at}`)),
    );
    const group = await createGroup(ada, people);
    const document = 'subscription { events { ... on MessageSent { message { text } } } }';
    const probes = await Promise.all(
      people.map(async (person) => {
        const probe = await open();
        const authorization = `Bearer ${person.token}`;
        probe.say({ type: 'connection_init', payload: { authorization } });
        await eventually(() => expect(probe.received).toHaveLength(1));
        probe.say(subscribe('s', document));
        await eventually(() => expect(probe.received).toHaveLength(2));
        return probe;
      }),
    );
    const before = platform.stats().executions;
    await send(ada, group, 'to all');
    for (const probe of probes) {
      await eventually(() => expect(JSON.stringify(probe.received)).toContain('to all'));
    }
    expect(platform.stats().executions - before).toBe(1);
    for (const probe of probes) probe.socket.terminate();
  });

  it('are never shared between author and others when the client id is asked for', async () => {
    const bob = await register(platform.url, 'Bob');
    const group = await createGroup(ada, [bob]);
    const document = 'subscription { events { ... on MessageSent { message { clientId } } } }';
    const open2 = async (caller: Caller) => {
      const probe = await open();
      const authorization = `Bearer ${caller.token}`;
      probe.say({ type: 'connection_init', payload: { authorization } });
      await eventually(() => expect(probe.received).toHaveLength(1));
      probe.say(subscribe('s', document));
      await eventually(() => expect(probe.received).toHaveLength(2));
      return probe;
    };
    const [own, other] = [await open2(ada), await open2(bob)];
    const clientId = '0193a6c0-0000-7000-8000-000000000001'.replace(
      /^.{13}/,
      Date.now()
        .toString(16)
        .padStart(12, '0')
        .replace(/^(.{8})/, '$1-'),
    );
    await send(ada, group, 'mine', { clientId });
    await eventually(() => expect(JSON.stringify(own.received)).toContain(clientId));
    await eventually(() => expect(JSON.stringify(other.received)).toContain('"clientId":null'));
    expect(JSON.stringify(other.received)).not.toContain(clientId);
    for (const probe of [own, other]) probe.socket.terminate();
  });
});

describe('a standard client', () => {
  it('comes back by itself after a restart of the process, without a loss', async () => {
    const device = openDevice(platform.url, ada, ada.cursor);
    await eventually(() => expect(device.frames.length).toBeGreaterThan(0));
    const group = await createGroup(ada, []);
    await send(ada, group, 'before');
    await eventually(() => expect([...device.messages.values()]).toContain('before'));
    device.cut();
    await send(ada, group, 'while away');
    await eventually(() => expect([...device.messages.values()]).toContain('while away'));
    await device.stop();
  });
});
