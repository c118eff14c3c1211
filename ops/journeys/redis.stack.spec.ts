import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../stack/redis.ts';
import type { TestServer } from '../stack/testing.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Talk } from './talk.ts';
import { openTalk } from './talk.ts';
import type { Caller, TestDevice } from './testing.ts';
import { ask, createGroup, eventually, openDevice, register } from './testing.ts';
import { startTwoGateways } from './two-gateways.ts';

const missing = lackOf(redis);

describe.skipIf(missing !== null)(`two gateways on a Redis (${missing ?? 'its own'})`, () => {
  const opened = new AsyncDisposableStack();
  const tree = opened.use(openProcessTree());
  let server: TestServer;
  let [first, second]: readonly Program[] = [];
  let [ada, bob]: readonly Caller[] = [];
  let group = '';
  let talk: Talk;
  let devices: readonly TestDevice[] = [];

  beforeAll(async () => {
    server = opened.use(await openTestServer(redis));
    [first, second] = await startTwoGateways(tree, server);
  }, 120_000);
  afterAll(() => opened.disposeAsync(), 120_000);

  const urlOf = (program: Program | undefined) => program?.url ?? '';
  const say = async (text: string): Promise<void> => {
    expect(await talk.say(text)).toBe(1); // taken at the first try
  };
  const everybodyHeard = () => talk.heardBy(devices);

  it('bring what is said at one to the devices of the other', async () => {
    ada = await register(urlOf(first), 'Ada');
    bob = await register(urlOf(second), 'Bob');
    group = await createGroup(ada, [bob]);
    talk = openTalk(ada, group);
    devices = [
      openDevice(urlOf(first), ada, ada.cursor),
      openDevice(urlOf(second), bob, bob.cursor),
    ];
    for (let n = 0; n < 10; n += 1) await say(`before ${n}`);
    await everybodyHeard();
  });

  it('take messages while Redis is away, and bring them afterwards (laws 1, 3, 4, 9)', async () => {
    await server.stop();
    for (let n = 0; n < 10; n += 1) await say(`while it is away ${n}`);
    await eventually(async () => {
      const page = await ask(
        urlOf(second),
        'query ($id: ID!) { conversation(id: $id) { lastMessage { text } } }',
        { variables: { id: group }, token: (bob as Caller).token },
      );
      expect(page.conversation.lastMessage.text).toBe('while it is away 9');
    }, 30_000);
    const health = await fetch(`${urlOf(first)}/health/ready`);
    expect([health.status, await health.json()]).toEqual([
      200,
      expect.objectContaining({
        checks: expect.objectContaining({ cache: expect.stringMatching(/does not answer$/) }),
      }),
    ]);
    await server.start();
    for (let n = 0; n < 10; n += 1) await say(`afterwards ${n}`);
    await everybodyHeard();
  });

  it('bring nothing twice to a device that comes anew', async () => {
    const device = openDevice(urlOf(second), ada as Caller, (ada as Caller).cursor);
    devices = [device, ...devices];
    await everybodyHeard();
    for (const each of devices) await each.stop();
  });
});
