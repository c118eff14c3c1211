import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxyBefore } from '../stack/haproxy.ts';
import { redis } from '../stack/redis.ts';
import type { TestServer } from '../stack/testing.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Talk } from './talk.ts';
import { openTalk } from './talk.ts';
import type { TestDevice } from './testing.ts';
import { createGroup, openDevice, register } from './testing.ts';
import { startTwoGateways } from './two-gateways.ts';

const missing = lackOf(redis) ?? lackOf(haproxyBefore(['', '']));

describe.skipIf(missing !== null)(`behind a balancer (${missing ?? 'HAProxy'})`, () => {
  const opened = new AsyncDisposableStack();
  const tree = opened.use(openProcessTree());
  let balancer: TestServer;
  let gateways: readonly Program[] = [];
  let talk: Talk;
  let devices: readonly TestDevice[] = [];

  beforeAll(async () => {
    const cache = opened.use(await openTestServer(redis));
    gateways = await startTwoGateways(tree, cache);
    const [first, second] = gateways.map(({ url }) => new URL(url).host) as [string, string];
    balancer = opened.use(await openTestServer(haproxyBefore([first, second])));
  }, 120_000);
  afterAll(() => opened.disposeAsync(), 120_000);

  it('people talk, wherever their devices came out', async () => {
    const url = `http://${balancer.option.value}`;
    const ada = await register(url, 'Ada');
    const bob = await register(url, 'Bob');
    talk = openTalk(ada, await createGroup(ada, [bob]));
    devices = [ada, ada, ada, bob, bob, bob].map((caller) =>
      openDevice(url, caller, caller.cursor),
    );
    for (let n = 0; n < 10; n += 1) await talk.say(`before ${n}`);
    await talk.heardBy(devices);
  });

  it('loses nothing while one after the other is restarted (laws 1, 3, 4, 9)', async () => {
    let mostTries = 0;
    for (const gateway of gateways) {
      let isOver = false;
      const restart = restarted(gateway).finally(() => {
        isOver = true;
      });
      restart.catch(() => undefined); // seen below
      for (let n = 0; !isOver || n < 20; n += 1) {
        mostTries = Math.max(mostTries, await talk.say(`while ${gateway.name} restarts ${n}`));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(await restart, gateway.said()).toBe(0); // ended by itself
      await talk.heardBy(devices);
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // the balancer sees it again
    }
    console.log(`${talk.said.length} messages; one was sent ${mostTries} times at most`);
    for (const device of devices) await device.stop();
  });
});

/** Answers with the exit code of the one that was stopped. */
async function restarted(program: Program): Promise<number | null> {
  const code = await program.stop();
  await program.start();
  return code;
}
