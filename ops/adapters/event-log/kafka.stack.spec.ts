import { afterAll, beforeAll, describe } from 'vitest';
import { kafka as kafkaServer } from '../../stack/kafka.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { eventLogContract } from './contract.ts';
import { openKafkaEventLog } from './kafka.ts';

const missing = lackOf(kafkaServer);
let server: TestServer;

describe.skipIf(missing !== null)(`Kafka (${missing ?? 'a server of its own'})`, () => {
  beforeAll(async () => {
    server = await openTestServer(kafkaServer);
  }, 120_000);
  afterAll(() => server[Symbol.asyncDispose]());

  for (const library of ['platformatic', 'kafkajs'] as const) {
    eventLogContract(`Kafka by ${library}`, async () => {
      const log = await openKafkaEventLog({ url: server.option.value, library });
      return { log, pass: null, dispose: () => log[Symbol.asyncDispose]() };
    });
  }
});
