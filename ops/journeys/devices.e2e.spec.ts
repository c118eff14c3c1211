import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Caller, TestDevice } from './testing.ts';
import { createGroup, eventually, openDevice, register, send, startPlatform } from './testing.ts';

type Started = Awaited<ReturnType<typeof startPlatform>>;

const historyDocument = `query ($id: ID!, $last: Int!, $atLeast: Position) {
  conversation(id: $id, atLeast: $atLeast) {
    messages(last: $last) { edges { node { number text } } }
  }
}`;

async function history(
  caller: Caller,
  id: string,
  atLeast: string | null, // reads may lag behind what was acknowledged and heard
): Promise<Map<string, string | null>> {
  const data = await caller.ask(historyDocument, { id, last: 100, atLeast });
  const edges: Answer[] = data.conversation.messages.edges;
  return new Map(edges.map(({ node }) => [`${id}#${node.number}`, node.text]));
}

describe('two devices of one person and one of another', () => {
  let platform: Started;
  beforeAll(async () => {
    platform = await startPlatform();
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  it('are all equal after random cuts of their sockets (law 9)', async () => {
    const [ada, bob] = [await register(platform.url, 'Ada'), await register(platform.url, 'Bob')];
    const group = await createGroup(ada, [bob]);
    const devices: TestDevice[] = [ada, ada, bob].map((who) =>
      openDevice(platform.url, who, who.cursor),
    );
    const cuts = setInterval(() => {
      devices[Math.floor(Math.random() * devices.length)]?.cut();
    }, 40);
    let newest: string | null = null;
    for (let number = 1; number <= 60; number += 1) {
      await send(number % 2 === 0 ? ada : bob, group, `message ${number}`);
      if (number % 10 === 0) {
        const { editMessage } = await ada.ask(
          `mutation ($id: ID!, $n: Int!) {
            editMessage(input: { conversationId: $id, number: $n, text: "edited" }) { position }
          }`,
          { id: group, n: number },
        );
        newest = editMessage.position;
      }
    }
    clearInterval(cuts);
    const fresh = await history(bob, group, newest);
    expect(fresh.size).toBe(60);
    for (const device of devices) {
      await eventually(() => expect(new Map([...device.messages].sort())).toEqual(sorted(fresh)));
      await device.stop();
    }
  });

  it('lose nothing when their gateway was forgotten for a while (law 9)', async () => {
    const [ada, bob] = [await register(platform.url, 'Ada'), await register(platform.url, 'Bob')];
    const group = await createGroup(ada, [bob]);
    const device = openDevice(platform.url, bob, bob.cursor);
    await send(ada, group, 'before');
    await eventually(() => expect([...device.messages.values()]).toContain('before'));
    // As after a long pause of the process: its lease is over, and couriers pass it by.
    const { registry } = platform.machines.cache;
    for (const gateway of await registry.gateways()) await registry.renew(gateway, { leaseMs: 0 });
    await send(ada, group, 'unheard');
    await eventually(() => expect([...device.messages.values()]).toContain('unheard'), 30_000);
    await device.stop();
  });

  it('hold nothing of a conversation after the event that removes a person (law 8)', async () => {
    const [ada, bob] = [await register(platform.url, 'Ada'), await register(platform.url, 'Bob')];
    const [group, other] = [await createGroup(ada, [bob]), await createGroup(ada, [bob])];
    const device = openDevice(platform.url, bob, bob.cursor);
    const adas = openDevice(platform.url, ada, ada.cursor);
    await send(ada, group, 'you may see this');
    await eventually(() => expect([...device.messages.values()]).toContain('you may see this'));
    await ada.ask(
      `mutation ($id: ID!, $who: ID!) {
        removeMember(input: { conversationId: $id, personId: $who }) { refusal { code } }
      }`,
      { id: group, who: bob.id },
    );
    await send(ada, group, 'and not this');
    // Once others have it, and he has what was said elsewhere after that, it would be here too.
    await eventually(() => expect([...adas.messages.values()]).toContain('and not this'));
    const { position } = await send(ada, other, 'the end');
    await eventually(() => expect([...device.messages.values()]).toContain('the end'));
    expect(JSON.stringify(device.frames)).not.toContain('and not this');
    device.cut();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(JSON.stringify(device.frames)).not.toContain('and not this');
    const left = device.frames.filter((frame) => frame.__typename === 'MembersChanged');
    expect(left.at(-1).left[0].person.id).toBe(bob.id);
    expect([...(await history(bob, group, position)).values()]).toEqual(['you may see this']);
    await Promise.all([device.stop(), adas.stop()]);
  });

  it('catch up without a word of those whom their person has left (law 8)', async () => {
    const [ada, bob] = [await register(platform.url, 'Ada'), await register(platform.url, 'Bob')];
    const group = await createGroup(ada, [bob]);
    const before = openDevice(platform.url, bob, bob.cursor);
    const rename =
      'mutation ($name: String!) { updateProfile(input: { name: $name }) { position } }';
    await ada.ask(rename, { name: 'Ada, known' });
    await eventually(() => expect(namesOf(before)).toContain('ProfileChanged'));
    await before.stop();
    await bob.ask('mutation ($id: ID!) { leave(input: { conversationId: $id }) { position } }', {
      id: group,
    });
    await ada.ask(rename, { name: 'Ada, not known any more' });
    const after = openDevice(platform.url, bob, before.cursor());
    await eventually(() => expect(namesOf(after)).toContain('Progress'));
    expect(namesOf(after)).toContain('MembersChanged');
    expect(namesOf(after)).not.toContain('ProfileChanged');
    await after.stop();
  });

  it('see a typing person without anything being stored', async () => {
    const [ada, bob] = [await register(platform.url, 'Ada'), await register(platform.url, 'Bob')];
    const group = await createGroup(ada, [bob]);
    const device = openDevice(platform.url, bob, null);
    await eventually(() => expect(device.frames.length).toBeGreaterThan(0));
    const head = await platform.machines.eventStore.head();
    await ada.ask('mutation ($id: ID!) { setTyping(input: { conversationId: $id }) }', {
      id: group,
    });
    const typing = expect.objectContaining({ personId: ada.id });
    await eventually(() => expect(device.frames).toContainEqual(typing));
    expect(await platform.machines.eventStore.head()).toBe(head);
    await device.stop();
  });
});

function namesOf({ frames }: TestDevice): readonly string[] {
  return frames.map(({ __typename }) => __typename);
}

function sorted(map: ReadonlyMap<string, string | null>): Map<string, string | null> {
  return new Map([...map].sort());
}
