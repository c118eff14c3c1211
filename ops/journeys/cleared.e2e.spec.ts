import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Answer, Caller } from './testing.ts';
import { createGroup, eventually, register, send, startPlatform } from './testing.ts';

let platform: Awaited<ReturnType<typeof startPlatform>>;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

/** A device that shows what a message answers. */
function deviceOf({ token }: Caller) {
  const frames: Answer[] = [];
  const client = createClient({
    url: `${platform.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  client.subscribe<Answer>(
    {
      query: `subscription { events {
        __typename
        ... on MessageSent { message { number replyTo { text } } }
        ... on MessageEdited { message { number text } }
        ... on ParticipationChanged { my { clearedUpTo } }
      } }`,
    },
    {
      next: ({ data }) => void frames.push(data.events),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const of = (name: string) => frames.filter(({ __typename }) => __typename === name);
  return { frames, of, stop: () => client.dispose() };
}

it('a device hears nothing of what its person cleared while it was connected (law 8)', async () => {
  const [ada, ben] = [await register(platform.url, 'Ada'), await register(platform.url, 'Ben')];
  const room = await createGroup(ben, [ada]);
  await send(ben, room, 'before');
  const [hers, his] = [deviceOf(ada), deviceOf(ben)];
  await eventually(() => {
    for (const { frames } of [hers, his]) expect(frames.length).toBeGreaterThan(0);
  }, 20_000);
  await ada.ask(
    'mutation ($input: ClearHistoryInput!) { clearHistory(input: $input) { position } }',
    { input: { conversationId: room, upTo: 1 } },
  );
  await eventually(() => {
    expect(hers.of('ParticipationChanged').at(-1)?.my.clearedUpTo).toBe(1);
  }, 20_000);
  await ben.ask(
    'mutation ($input: EditMessageInput!) { editMessage(input: $input) { position } }',
    { input: { conversationId: room, number: 1, text: 'edited' } },
  );
  await send(ben, room, 'an answer', { replyTo: 1 });
  await eventually(() => {
    for (const { of } of [hers, his]) expect(of('MessageSent')).toHaveLength(1);
  }, 20_000);
  expect(his.of('MessageSent')[0].message.replyTo).toEqual({ text: 'edited' });
  expect(hers.of('MessageSent')[0].message.replyTo).toBeNull();
  expect([his.of('MessageEdited').length, hers.of('MessageEdited').length]).toEqual([1, 0]);
  await Promise.all([hers.stop(), his.stop()]);
});

it('a device hears nothing of a message that its person deleted for herself (law 8)', async () => {
  const [ada, ben] = [await register(platform.url, 'Ada'), await register(platform.url, 'Ben')];
  const room = await createGroup(ben, [ada]);
  await send(ben, room, 'said');
  const [hers, his] = [deviceOf(ada), deviceOf(ben)];
  await eventually(() => {
    for (const { frames } of [hers, his]) expect(frames.length).toBeGreaterThan(0);
  }, 20_000);
  const hidden = await ada.ask(
    'mutation ($input: DeleteMessageInput!) { deleteMessage(input: $input) { refusal { code } } }',
    { input: { conversationId: room, number: 1, for: 'ME' } },
  );
  expect(hidden.deleteMessage.refusal).toBeNull();
  await ben.ask(
    'mutation ($input: EditMessageInput!) { editMessage(input: $input) { position } }',
    { input: { conversationId: room, number: 1, text: 'edited' } },
  );
  await send(ben, room, 'an answer', { replyTo: 1 });
  await eventually(() => {
    for (const { of } of [hers, his]) expect(of('MessageSent')).toHaveLength(1);
  }, 20_000);
  expect(his.of('MessageSent')[0].message.replyTo).toEqual({ text: 'edited' });
  expect(hers.of('MessageSent')[0].message.replyTo).toBeNull();
  expect([his.of('MessageEdited').length, hers.of('MessageEdited').length]).toEqual([1, 0]);
  await Promise.all([hers.stop(), his.stop()]);
});
