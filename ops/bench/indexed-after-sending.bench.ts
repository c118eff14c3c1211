import { v7 } from 'uuid';
import { openCrossing } from './load/crossing.ts';
import { onAllServers } from './load/deployment.ts';
import { offer, openLatency } from './load/open-loop.ts';
import type { Answer, Somebody } from './load/people.ts';
import { ask, openDirect, patiently, registerMany } from './load/people.ts';
import { report } from './load/report.ts';

// From the answer to a message until a search for its word finds it, at the other gateway: twice a
// second for 50 s, while others send 50 messages a second.
const perSecond = 2;
const count = 100;
const others = 50;
const everyMs = 50; // how often each message is looked for
const withinMs = 30_000;

await onAllServers(async (deployment) => {
  const [sending, searching] = deployment.gateways;
  const crossing = await openCrossing(deployment, 10);
  const [one, other] = await registerMany(sending, 2);
  if (!one || !other) throw new Error('there are two people');
  const conversationId = await openDirect(sending, one, other);
  const found = openLatency();
  let missing = 0;
  let isWarm = false; // the first ones wait for code that is compiled
  const round = async (many: number) => {
    const looking: Promise<void>[] = [];
    const seconds = many / perSecond;
    const beside = crossing.offer(others, others * seconds);
    await offer({ perSecond, count: many }, () => {
      const word = v7().replaceAll('-', '');
      const looks = say(sending, { by: one, conversationId, word }).then(() =>
        foundAfter(searching, other, word),
      );
      looking.push(
        looks.then((ms) => {
          if (ms === null) missing += 1;
          else if (isWarm) found.record(ms);
        }),
      );
    });
    await Promise.all([...looking, beside]);
  };
  await round(perSecond * 5);
  isWarm = true;
  console.log('  warm');
  await round(count);
  const { p50, p99, max } = found.read();
  report('indexed-after-sending', {
    title: 'From the answer to a message until it is found',
    note:
      `${perSecond} messages a second, each looked for every ${everyMs} ms, ${others} others a ` +
      'second; with every other server and worker beside on two cores',
    rows: [
      { what: 'half are found within', value: p50, unit: 'ms' },
      { what: '99 % are found within', value: p99, unit: 'ms', must: 1_500, aim: 1_000 },
      { what: 'the last', value: max, unit: 'ms' },
      { what: `not found in ${withinMs / 1_000} s`, value: missing, unit: '', must: 0 },
    ],
  });
});
process.exit(0);

async function say(
  url: string,
  what: { readonly by: Somebody; readonly conversationId: string; readonly word: string },
): Promise<void> {
  const { by, conversationId, word } = what;
  const query = `mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { refusal { code } }
  }`;
  const input = { conversationId, clientId: v7(), text: `Who knows ${word}?` };
  const { sendMessage }: Answer = await patiently(() =>
    ask(url, query, { variables: { input }, token: by.token }),
  );
  if (sendMessage.refusal) throw new Error(sendMessage.refusal.code);
}

/** Milliseconds until it was found; null when it was not. */
async function foundAfter(url: string, { token }: Somebody, word: string): Promise<number | null> {
  const query =
    'query ($word: String!) { search(query: $word, kinds: [MESSAGE]) { edges { cursor } } }';
  const startedAt = performance.now();
  while (performance.now() - startedAt < withinMs) {
    const { search }: Answer = await patiently(() =>
      ask(url, query, { variables: { word }, token }),
    );
    if (search.edges.length > 0) return performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return null;
}
