import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Answer, Caller, TestDevice } from './testing.ts';
import { ask, createGroup, eventually, openDevice, register, send } from './testing.ts';

const rounds = Number(process.env.PARLEY_TEST_ROUNDS ?? 1); // in each, everything is killed once
const tree = openProcessTree();
const programs: Program[] = [];
const recovered: { readonly killed: string; readonly ms: number }[] = [];
let [first, second]: readonly (Program | undefined)[] = [];

beforeAll(async () => {
  const add = async (...options: Parameters<typeof tree.program>) => {
    const program = await tree.program(...options);
    programs.push(program);
    return program;
  };
  const workers = (name: string, names: string) =>
    add({ name, script: ['workers/main.ts'], environment: { PARLEY_WORKERS: names } });
  await add({ name: 'engines', script: ['ops/start.ts', '--engines-only'] });
  await workers('relay', 'relay');
  await workers('projector', 'projector');
  await workers('courier', 'courier');
  await workers('indexer', 'indexer');
  await workers('a second of each', 'relay,projector,courier,indexer');
  first = await add({ name: 'api 1', script: ['api/main.ts'], serves: true });
  second = await add({ name: 'api 2', script: ['api/main.ts'], serves: true });
}, 120_000);
afterAll(async () => {
  console.table(recovered);
  await tree[Symbol.asyncDispose]();
}, 120_000);

type Said = { readonly number: number; readonly position: bigint };

/** Says one message until it is acknowledged, with the same id each time. */
async function say(caller: Caller, group: string, text: string): Promise<Said> {
  const clientId = v7();
  const until = performance.now() + 60_000;
  for (;;) {
    try {
      const sent: Answer = await send(caller, group, text, { clientId });
      if (sent.message) return { number: sent.message.number, position: BigInt(sent.position) };
      if (sent.refusal) throw new Error(`refused: ${sent.refusal.code}`);
    } catch (cause) {
      if (performance.now() > until) throw cause;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the platform as processes of their own', () => {
  const acknowledged = new Map<number, string>(); // text by number
  let [ada, bob]: readonly Caller[] = [];
  let group = '';
  let newest = 0n; // position of what was acknowledged
  let devices: readonly TestDevice[] = [];

  const at = (caller: Caller | undefined, program: Program | undefined): Caller => {
    if (!caller || !program) throw new Error('the platform has not started');
    const { url } = program;
    return {
      ...caller,
      ask: (query, variables = {}) => ask(url, query, { variables, token: caller.token }),
    };
  };
  const saySomething = async (caller: Caller, text: string): Promise<void> => {
    const { number, position } = await say(caller, group, text);
    acknowledged.set(number, text);
    if (position > newest) newest = position;
  };
  const seen = (device: TestDevice) =>
    [...device.messages.keys()].map((key) => Number(key.split('#')[1])).sort((a, b) => a - b);

  it('lets two people talk live through different processes', async () => {
    ada = await register(first?.url ?? '', 'Ada');
    bob = await register(second?.url ?? '', 'Bob');
    group = await createGroup(ada, [bob]);
    devices = [
      openDevice(first?.url ?? '', ada, ada.cursor),
      openDevice(second?.url ?? '', bob, bob.cursor),
    ];
    await saySomething(at(ada, first), 'hello Bob');
    await saySomething(at(bob, second), 'hello Ada');
    for (const device of devices) {
      await eventually(() => expect(seen(device)).toEqual([1, 2]), 30_000);
    }
  });

  it(`loses nothing while each is killed, ${rounds} times (laws 1, 3, 4, 9, 13)`, async () => {
    for (const program of Array.from({ length: rounds }, () => programs).flat()) {
      const talking = [at(ada, first), at(bob, second)].flatMap((caller, who) =>
        Array.from({ length: 20 }, async (_, n) => {
          await new Promise((resolve) => setTimeout(resolve, n * 50));
          await saySomething(caller, `${who} says ${n} while ${program.name} is killed`);
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 500));
      await program.kill();
      const killedAtMs = performance.now();
      await program.start();
      await Promise.all(talking);
      const numbers = [...acknowledged.keys()].sort((a, b) => a - b);
      for (const [at, device] of devices.entries()) {
        const whose = `what device ${at + 1} saw after ${program.name} was killed`;
        await eventually(() => expect(seen(device), whose).toEqual(numbers), 60_000);
      }
      recovered.push({ killed: program.name, ms: Math.round(performance.now() - killedAtMs) });
    }
  }, 600_000);

  it('shows the same history to everybody afterwards, each message once', async () => {
    const count = acknowledged.size;
    const atLeast = String(newest);
    const document = `query ($id: ID!, $atLeast: Position, $after: String) {
      conversation(id: $id, atLeast: $atLeast) { messages(first: 100, after: $after) {
        edges { node { number text } } pageInfo { endCursor hasNextPage } } }
    }`;
    for (const caller of [at(ada, second), at(bob, first)]) {
      const found: [number, string][] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { conversation }: Answer = await caller.ask(document, { id: group, atLeast, after });
        const { edges, pageInfo } = conversation.messages;
        for (const { node } of edges) found.push([node.number, node.text]);
        after = pageInfo.endCursor;
        more = pageInfo.hasNextPage;
      }
      expect(found.map(([number]) => number)).toEqual(
        Array.from({ length: count }, (_, n) => n + 1),
      );
      expect(new Map(found)).toEqual(new Map([...acknowledged].sort(([a], [b]) => a - b)));
    }
    for (const device of devices) {
      for (const [number, text] of acknowledged) {
        expect(device.messages.get(`${group}#${number}`)).toBe(text);
      }
      await device.stop();
    }
  });

  it('finds all of it by a word that everybody said, each message once', async () => {
    const document = `query ($cursor: String) {
      search(query: "says", kinds: [MESSAGE], order: NEWEST, first: 50, cursor: $cursor) {
        edges { node { ... on MessageHit { message { number } } } }
        pageInfo { endCursor hasNextPage } } }`;
    const said = [...acknowledged].filter(([, text]) => text.includes('says'));
    await eventually(async () => {
      const found: number[] = [];
      for (let cursor: string | null = null, more = true; more; ) {
        const { search }: Answer = await at(bob, first).ask(document, { cursor });
        found.push(...search.edges.map(({ node }: Answer) => node.message.number));
        cursor = search.pageInfo.endCursor;
        more = search.pageInfo.hasNextPage;
      }
      expect(found.sort((a, b) => a - b)).toEqual(said.map(([n]) => n).sort((a, b) => a - b));
    }, 60_000);
  });

  it('stops each of them cleanly when it is asked to', async () => {
    for (const program of programs.toReversed())
      expect([program.name, await program.stop()]).toEqual([program.name, 0]);
  }, 120_000);
});
