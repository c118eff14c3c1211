import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventStore } from '../stack/event-store.ts';
import { haproxyBefore } from '../stack/haproxy.ts';
import { postgres } from '../stack/postgres.ts';
import type { TestServer } from '../stack/testing.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import type { Link } from './link.ts';
import { openLink } from './link.ts';
import { openProcessTree } from './process-tree.ts';
import type { Talk } from './talk.ts';
import { openTalk } from './talk.ts';
import type { Answer, Caller, TestDevice } from './testing.ts';
import { ask, createGroup, eventually, openDevice, register } from './testing.ts';

const needed = [eventStore, postgres, haproxyBefore(['', ''])];
const lacks = needed.map(lackOf).filter((lack) => lack !== null);

describe.skipIf(lacks.length > 0)(`behind HAProxy, on Postgres (${lacks.join('; ')})`, () => {
  const opened = new AsyncDisposableStack();
  const tree = opened.use(openProcessTree());
  let [store, tables]: readonly TestServer[] = [];
  let way: Link;
  let url = '';
  let gateways: readonly string[] = [];
  let [ada, bob]: readonly Caller[] = [];
  let group = '';
  let talk: Talk;
  let devices: readonly TestDevice[] = [];

  beforeAll(async () => {
    store = opened.use(await openTestServer(eventStore));
    tables = opened.use(await openTestServer(postgres));
    way = opened.use(await openLink(tables.port));
    const environment = {
      ...{ [store.option.name]: store.option.value, [tables.option.name]: tables.option.value },
      ...{ PARLEY_TRUSTED_PROXIES: '127.0.0.1', PARLEY_ANALYTICS: 'off' },
    };
    const start = (name: string, script: readonly string[], more = {}) =>
      tree.program({ ...{ name, script }, environment: { ...environment, ...more } });
    await start('engines', ['ops/start.ts', '--engines-only']);
    await start('workers', ['workers/main.ts']);
    const detour = tables.option.value.replace(`:${tables.port}/`, `:${way.port}/`);
    const serving = [environment, { ...environment, [tables.option.name]: detour }];
    const started = serving.map((each, at) =>
      tree.program({
        ...{ name: `api ${at + 1}`, script: ['api/main.ts'], serves: true, environment: each },
      }),
    );
    gateways = (await Promise.all(started)).map((gateway) => gateway.url);
    const hosts = gateways.map((gateway) => new URL(gateway).host) as [string, string];
    url = `http://${opened.use(await openTestServer(haproxyBefore(hosts))).option.value}`;
  }, 300_000);
  afterAll(() => opened.disposeAsync(), 120_000);

  const health = async (at: string) => {
    const ready = await fetch(`${at}/health/ready`);
    const whole = await fetch(`${at}/health/whole`);
    const { lacks: missing } = (await ready.json()) as Answer;
    return { ready: ready.status, whole: whole.status, lacks: missing };
  };
  const lastText = async (): Promise<string> => {
    const asked = 'query ($id: ID!) { conversation(id: $id) { lastMessage { text } } }';
    const { token } = bob as Caller;
    const page: Answer = await ask(url, asked, { variables: { id: group }, token });
    return page.conversation.lastMessage.text;
  };
  const refusal = async (asked: Promise<unknown>): Promise<Answer> => {
    const [error] = await asked.then(
      (answer) => expect.fail(`was answered ${JSON.stringify(answer)}`),
      ({ message }: Error) => JSON.parse(message),
    );
    return error.extensions;
  };
  const sayAtOnce = async (text: string) => expect(await talk.say(text)).toBe(1);
  const markRead = 'mutation ($input: MarkInput!) { markRead(input: $input) { position } }';

  it('people talk, each with a device at either gateway', async () => {
    ada = await register(url, 'Ada');
    bob = await register(url, 'Bob');
    group = await createGroup(ada, [bob]);
    talk = openTalk(ada, group);
    devices = [ada, bob].flatMap((caller) =>
      gateways.map((gateway) => openDevice(gateway, caller, caller.cursor)),
    );
    for (let n = 0; n < 10; n += 1) await talk.say(`before ${n}`);
    await talk.heardBy(devices);
    for (const gateway of gateways) {
      expect(await health(gateway)).toEqual({ ready: 200, whole: 200, lacks: [] });
    }
  }, 60_000);

  it('a gateway that alone has lost its way is left, and taken again', async () => {
    way.set({ refuses: true });
    way.reset();
    await eventually(async () => {
      expect(await health(gateways[1] ?? '')).toEqual({
        ready: 200,
        whole: 503,
        lacks: ['tables'],
      });
      for (let n = 0; n < 6; n += 1) expect(await lastText()).toBe('before 9');
    }, 30_000);
    for (let n = 0; n < 10; n += 1) {
      await sayAtOnce(`without the second ${n}`);
      expect(await lastText()).toMatch(/./);
    }
    way.set({});
    await eventually(async () => {
      expect(await health(gateways[1] ?? '')).toMatchObject({ whole: 200 });
    }, 30_000);
    await talk.heardBy(devices, 60_000);
  }, 120_000);

  it('sends are taken while Postgres is away, reads refused with when to come', async () => {
    await tables?.kill();
    for (let n = 0; n < 20; n += 1) await sayAtOnce(`while it is away ${n}`);
    const reading = await refusal(lastText());
    expect(reading).toEqual({ code: 'UNAVAILABLE', retryAfterMs: 1_000, part: 'tables' });
    const input = { conversationId: group, number: 5 };
    const marked = await ask(url, markRead, { variables: { input }, token: bob?.token ?? '' });
    expect(marked.markRead.position).toMatch(/^\d+$/);
    for (const gateway of gateways) {
      expect(await health(gateway)).toEqual({ ready: 200, whole: 503, lacks: ['tables'] });
    }
    expect((await refusal(register(url, 'Eve'))).code).toBe('UNAVAILABLE');
    await eventually(async () => expect((await health(url)).ready).toBe(200));
    await sayAtOnce('through the balancer, which has nobody that is whole');
  }, 60_000);

  it('all of it is there when it is back, once and in order (laws 1, 3, 4, 9, 13)', async () => {
    await tables?.start();
    await talk.say('afterwards');
    const late = openDevice(url, bob as Caller, (bob as Caller).cursor);
    devices = [...devices, late];
    await talk.heardBy(devices, 60_000);
    await eventually(async () => expect(await lastText()).toBe('afterwards'), 30_000);
  }, 120_000);

  it('reads go on without the event store, and sends are refused by us', async () => {
    await store?.kill();
    const asked = (ada as Caller).ask(
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { position } }',
      {
        input: {
          conversationId: group,
          text: 'x',
          clientId: '01a219b1-284c-77cb-9b36-64ea147198c2',
        },
      },
    );
    expect(await refusal(asked)).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 500 });
    for (let n = 0; n < 4; n += 1) expect(await lastText()).toBe('afterwards');
    await eventually(async () => {
      const seen = await Promise.all(gateways.map(health));
      expect(seen.map(({ whole }) => whole)).toEqual([503, 503]);
    });
    for (let n = 0; n < 4; n += 1) expect(await lastText()).toBe('afterwards');
    await store?.start();
    await talk.say('at last');
    await talk.heardBy(devices, 60_000);
  }, 120_000);

  it('no device was told anything but to come back', async () => {
    for (const device of devices) {
      expect(device.closedWith.filter((code) => code !== 1013)).toEqual([]);
      await device.stop();
    }
  });
});
