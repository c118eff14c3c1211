import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Answer, Caller } from './testing.ts';
import { openDevice, register, send } from './testing.ts';

// Law 12's ground: nothing that a person wrote lies open outside the read models. A token of its
// own is planted in each field that takes a text, by right and by wrong use, and then looked for.

const tree = openProcessTree();
const planted = new Map<string, string>(); // field by token
let platform: Program;
let [ada, bob]: readonly (Caller | undefined)[] = [];

beforeAll(async () => {
  platform = await tree.program({
    ...{ name: 'platform', script: ['ops/start.ts'], serves: true },
    environment: { PARLEY_LOG_LEVEL: 'debug' },
  });
}, 120_000);
afterAll(() => tree[Symbol.asyncDispose]());

/** Letters and digits that stand nowhere else; starts with a letter, as handles must. */
function token(field: string, length = 26): string {
  const made = `z${v7()
    .replaceAll('-', '')
    .slice(-(length - 1))}`;
  planted.set(made, field);
  return made;
}

async function as(who: Caller | undefined, query: string, input: object): Promise<Answer> {
  if (!who) throw new Error('nobody has registered');
  return Object.values(await who.ask(query, { input }))[0];
}

describe('what people write', () => {
  it('is taken in each field', async () => {
    [ada, bob] = [
      await register(platform.url, token('name')),
      await register(platform.url, token('name of another')),
    ];
    const profile = await as(
      ada,
      `mutation ($input: UpdateProfileInput!) {
        updateProfile(input: $input) { refusal { code } } }`,
      {
        ...{ name: token('new name'), handle: token('handle'), about: token('about') },
        fields: [{ label: token('label'), value: token('value') }],
      },
    );
    const group = await as(
      ada,
      `mutation ($input: CreateGroupInput!) {
        createGroup(input: $input) { refusal { code } conversation { id } } }`,
      { title: token('title'), about: token('about the group'), memberIds: [bob.id] },
    );
    const conversationId: string = group.conversation.id;
    const renamed = await as(
      ada,
      `mutation ($input: UpdateConversationInput!) {
        updateConversation(input: $input) { refusal { code } } }`,
      { conversationId, title: token('new title'), about: token('new about') },
    );
    const channel = await as(
      ada,
      `mutation ($input: CreateChannelInput!) {
        createChannel(input: $input) { refusal { code } } }`,
      { title: token('title of a channel'), about: token('about a channel') },
    );
    const direct = await as(
      ada,
      `mutation ($input: OpenDirectInput!) {
        openDirect(input: $input) { refusal { code } conversation { id } } }`,
      { personId: bob.id },
    );
    const device = openDevice(platform.url, bob, bob.cursor);
    const sent = [
      await send(ada, conversationId, token('text')),
      await send(bob, conversationId, token('reply'), { replyTo: 1 }),
      await send(ada, direct.conversation.id, token('text between two')),
    ];
    const edited = await as(
      ada,
      `mutation ($input: EditMessageInput!) { editMessage(input: $input) { refusal { code } } }`,
      { conversationId, number: 1, text: token('edited text') },
    );
    const answers = [profile, group, renamed, channel, direct, ...sent, edited];
    expect(answers.map(({ refusal }) => refusal)).toEqual(answers.map(() => null));
    await device.stop();
  });

  it('is enough that states are kept as snapshots', async () => {
    if (!ada) throw new Error('nobody has registered');
    const { createGroup } = await ada.ask(
      `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { conversation { id } } }`,
      { input: { title: token('title of a long one'), memberIds: [] } },
    );
    const text = token('text of a long one');
    for (let batch = 0; batch < 15; batch += 1) {
      const { id } = createGroup.conversation;
      await Promise.all(Array.from({ length: 50 }, () => send(ada as Caller, id, text)));
    }
    for (let n = 0; n < 16; n += 1) {
      const names = Array.from(
        { length: 50 },
        (_, at) => `n${n * 50 + at}: updateProfile(input: {
        name: "${token('one of many names')}" }) { refusal { code } }`,
      );
      await ada.ask(`mutation { ${names.join(' ')} }`);
    }
  });

  it('is quoted by no refusal and no error', async () => {
    const wrong: readonly (readonly [string, object])[] = [
      [
        'updateProfile(input: UpdateProfileInput!)',
        { handle: `${token('bad handle')} ${token('its rest')}` },
      ],
      ['updateProfile(input: UpdateProfileInput!)', { name: token('long name').repeat(5) }],
      ['sendMessage(input: SendMessageInput!)', { text: token('unsent') }],
      ['editMessage(input: EditMessageInput!)', { number: 9, text: token('unwritten edit') }],
      ['react(input: ReactionInput!)', { number: 1, emoji: token('no emoji') }],
      ['createGroup(input: CreateGroupInput!)', { title: token('title').repeat(6), memberIds: [] }],
    ];
    for (const [field, input] of wrong) {
      const [name, type] = [field.split('(')[0], /: (\w+!)/.exec(field)?.[1]];
      const needed = /Profile|Group/.test(field) ? {} : { conversationId: v7() };
      const more = field.startsWith('send') ? { clientId: v7() } : {};
      const answer = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada?.token}` },
        body: JSON.stringify({
          query: `mutation ($input: ${type}) { ${name}(input: $input) { refusal { message } } }`,
          variables: { input: { ...input, ...needed, ...more } },
        }),
      });
      const told = await answer.text();
      expect(told).toMatch(/"message":"/);
      expect(openIn(told)).toEqual([]);
    }
  });

  it('lies open in no file but those of the read models, and in no line of the log', async () => {
    expect(await platform.stop()).toBe(0);
    expect(planted.size).toBeGreaterThan(820);
    const files = filesBesidesReadModels(tree.folder);
    const names = files.map(({ path }) => path.slice(tree.folder.length + 1));
    expect(names).toEqual(expect.arrayContaining(['events.db', 'log.db', 'postgres/postgres.log']));
    for (const { path, text } of files) expect([path, openIn(text)]).toEqual([path, []]);
    expect(openIn(platform.said())).toEqual([]);
    const everything = files.map(({ text }) => text).join();
    expect(everything).toContain('snapshot-account-');
    expect(everything).toContain('snapshot-conversation-');
  });
});

/** Fields whose tokens stand in a text. */
function openIn(text: string): readonly string[] {
  return [...planted].filter(([made]) => text.includes(made)).map(([, field]) => field);
}

function filesBesidesReadModels(folder: string) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/postgres\/data\/|\/search\.db/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'latin1') }));
}
