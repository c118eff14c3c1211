import { connect } from 'node:net';
import { v7 } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { openProcessTree } from './journeys/process-tree.ts';
import type { Answer, Caller } from './journeys/testing.ts';
import { createGroup, openDevice, register, send } from './journeys/testing.ts';

const tree = openProcessTree();
afterAll(() => tree[Symbol.asyncDispose]());

describe('a platform that is told to stop', () => {
  // Its own watchdog ends it with 1 after the ten seconds that are promised; 0 is a clean stop.
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s, while people talk and one request never ends, stops cleanly and loses nothing',
    async (signal) => {
      const platform = await tree.program({ name: signal, script: ['ops/start.ts'], serves: true });
      const { url } = platform;
      const ada = await register(url, 'Ada');
      const group = await createGroup(ada, []);
      const device = openDevice(url, ada, ada.cursor);
      const endless = connect(Number(new URL(url).port)).on('error', () => undefined);
      endless.write('POST /graphql HTTP/1.1\r\nhost: parley\r\ncontent-length: 99\r\n\r\n{');
      const acknowledged = new Map<number, string>();
      let stopped: Promise<number | null> | undefined;
      const talk = async (): Promise<void> => {
        for (;;) {
          const text = `message ${v7()}`;
          const sent: Answer = await send(ada, group, text).catch(() => null);
          if (!sent?.message) return;
          acknowledged.set(sent.message.number, text);
          if (acknowledged.size === 200) stopped = platform.stop(signal);
        }
      };
      await Promise.all(Array.from({ length: 32 }, talk));
      expect([await stopped, platform.said()]).toEqual([0, expect.stringMatching(/Stopped\.\n$/)]);
      await device.stop().catch(() => undefined); // it finds nobody any more
      endless.destroy();
      await platform.start();
      await expectHeld(ada, group, acknowledged);
      expect(await platform.stop(signal)).toBe(0);
    },
    120_000,
  );
});

/** Every message that was acknowledged is there, under its number. */
async function expectHeld(
  caller: Caller,
  group: string,
  acknowledged: ReadonlyMap<number, string>,
): Promise<void> {
  const found = new Map<number, string>();
  const document = `query ($id: ID!, $after: String) { conversation(id: $id) {
    messages(first: 100, after: $after) {
      edges { node { number text } } pageInfo { endCursor hasNextPage } } } }`;
  for (let after: string | null = null, more = true; more; ) {
    const { conversation }: Answer = await caller.ask(document, { id: group, after });
    const { edges, pageInfo } = conversation.messages;
    for (const { node } of edges) found.set(node.number, node.text);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(200);
  for (const [number, text] of acknowledged) {
    expect([number, found.get(number)]).toEqual([number, text]);
  }
}
