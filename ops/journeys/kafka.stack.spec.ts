import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { openKafkaEventLog } from '../adapters/event-log/kafka.ts';
import { kafka } from '../stack/kafka.ts';
import type { TestServer } from '../stack/testing.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import { openCopies } from './kafka-copies.ts';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Talk } from './talk.ts';
import { openTalk } from './talk.ts';
import type { Answer, Caller, TestDevice } from './testing.ts';
import { ask, createGroup, eventually, openDevice, register } from './testing.ts';

const missing = lackOf(kafka);

const title = `the platform on a Kafka (${missing ?? 'its own'}), by %s`;
const libraries = ['platformatic', 'kafkajs'] as const;

describe.skipIf(missing !== null).each(libraries)(title, (library) => {
  const opened = new AsyncDisposableStack();
  const tree = opened.use(openProcessTree());
  let server: TestServer;
  let api: Program;
  let [ada, bob]: readonly Caller[] = [];
  let group = '';
  let talk: Talk;
  let devices: readonly TestDevice[] = [];

  beforeAll(async () => {
    server = opened.use(await openTestServer(kafka));
    const environment = {
      ...{ [server.option.name]: server.option.value, PARLEY_KAFKA_CLIENT: library },
    };
    const start = (name: string, script: readonly string[], serves = false) =>
      tree.program({ name, script, serves, environment });
    await start('engines', ['ops/start.ts', '--engines-only']);
    await start('workers', ['workers/main.ts']);
    api = await start('api', ['api/main.ts'], true);
  }, 180_000);
  afterAll(() => opened.disposeAsync(), 120_000);

  const say = async (text: string): Promise<void> => {
    expect(await talk.say(text)).toBe(1); // taken at the first try
  };
  const everybodyHeard = () => talk.heardBy(devices, 60_000);
  const heardTwice = (device: TestDevice) => {
    const numbers = device.frames.flatMap((frame) => frame.message?.number ?? []);
    return numbers.length - new Set(numbers).size;
  };
  const health = async () => {
    const answer = await fetch(`${api.url}/health/ready`);
    const { checks } = (await answer.json()) as Answer;
    return { status: answer.status, checks };
  };

  it('brings what is said to every device, in order', async () => {
    ada = await register(api.url, 'Ada');
    bob = await register(api.url, 'Bob');
    group = await createGroup(ada, [bob]);
    talk = openTalk(ada, group);
    devices = [openDevice(api.url, ada, ada.cursor), openDevice(api.url, bob, bob.cursor)];
    for (let n = 0; n < 10; n += 1) await say(`before ${n}`);
    await everybodyHeard();
  });

  it('takes messages while the broker is away, and brings them afterwards (D3)', async () => {
    await server.stop();
    for (let n = 0; n < 10; n += 1) await say(`while it is away ${n}`);
    await eventually(async () => {
      const { status, checks } = await health();
      expect([status, checks['event log']]).toEqual([200, expect.stringMatching(/not answer$/)]);
    }, 30_000);
    await server.start();
    for (let n = 0; n < 10; n += 1) await say(`afterwards ${n}`);
    await everybodyHeard();
    expect(devices.map(heardTwice)).toEqual([0, 0]);
  });

  it('brings nothing twice when every record is in the topic twice (B1, B2)', async () => {
    await using copies = await openCopies([`127.0.0.1:${server.port}`], eventsTopic);
    for (let n = 0; n < 20; n += 1) {
      await say(`copied ${n}`);
      const before = copies.count();
      // So that copies come between what is said, and behind what is newer.
      await eventually(() => expect(copies.count()).toBeGreaterThan(before), 30_000);
    }
    await everybodyHeard();
    expect(devices.map(heardTwice)).toEqual([0, 0]);
  });

  it('brings everything once to a device that comes anew, and lags behind nothing', async () => {
    const device = openDevice(api.url, ada as Caller, (ada as Caller).cursor);
    devices = [device, ...devices];
    await everybodyHeard();
    expect(devices.map(heardTwice)).toEqual([0, 0, 0]);
    await using log = await openKafkaEventLog({
      ...{ url: server.option.value, library },
    });
    for (const group of ['projector', 'courier']) {
      await eventually(async () => {
        expect(new Set((await log.lag(eventsTopic, [group])).flat())).toEqual(new Set([0]));
      }, 30_000);
    }
    const { conversation } = await ask(
      api.url,
      'query ($id: ID!) { conversation(id: $id) { lastMessage { text } } }',
      { variables: { id: group }, token: (bob as Caller).token },
    );
    expect(conversation.lastMessage.text).toBe('copied 19');
    for (const each of devices) await each.stop();
  });
});
