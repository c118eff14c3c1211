import type { Asked } from './load/asked.ts';
import { askMany } from './load/asked.ts';
import type { Point } from './load/fit.ts';
import { exponent, median } from './load/fit.ts';
import { countedRows } from './load/measured.ts';
import { dataOf, openAsking } from './load/pages.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import type { History } from './seed/world.ts';
import { seededWorld } from './seed/world.ts';

// Pages of 50 over HTTP, in conversations of 100 to 1,000,000 messages: the first page, one in the
// middle, the last.
const perSecond = 300;
const count = 1_200;

const query = `query ($id: ID!, $first: Int, $last: Int, $around: Int) {
  conversation(id: $id) {
    messages(first: $first, last: $last, around: $around) {
      edges { cursor node { id number text sentAt author { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

type Place = 'first' | 'middle' | 'last';
type Page = { readonly messages: number; readonly place: Place; readonly asked: Asked };

const pinned = pinLoad();
const world = seededWorld('history-6');
await using subject = await startSubject({ folder: world.folder });
const member = world.people[world.histories[0]?.memberAt ?? 0];
if (!member) throw new Error('the world has no members');
const asking = openAsking(subject.url, member, query);
const pages: Page[] = [];
await page(world.histories.at(-1), 'last'); // compiled and cached before anything counts
pages.length = 0;
for (const history of world.histories) {
  for (const place of ['first', 'middle', 'last'] as const) await page(history, place);
}
asking.close();

const at = (place: Place): readonly Point[] =>
  pages
    .filter((one) => one.place === place)
    .map(({ messages, asked }) => [messages, asked.milliseconds]);
const deep = pages.filter(({ messages }) => messages === 1_000_000);
const newest = deep.at(-1) ?? pages[0];
if (!newest) throw new Error('no page was measured');
const middling = median(pages.map(({ asked }) => asked.milliseconds));
report('history-page', {
  title: 'A page of 50 of history, over HTTP',
  note:
    `${perSecond} pages a second, ${count} of each kind; ` +
    `${newest.asked.bytes} B each; ${pinned}`,
  rows: [
    {
      ...{ what: 'CPU a page, median of all', value: middling, unit: 'ms' },
      ...{ must: 0.9, aim: 0.6, peer: 4.5 },
    },
    ...pages
      .filter(({ messages }) => messages === 100 || messages === 1_000_000)
      .map(({ messages, place, asked }) => ({
        what: `CPU, ${place} page of ${messages.toLocaleString('en')}`,
        ...{ value: asked.milliseconds, unit: 'ms', must: 0.9, aim: 0.6 },
      })),
    ...(['first', 'middle', 'last'] as const).map((place) => ({
      what: `exponent of the ${place} page, 100 to 1,000,000 messages`,
      ...{ value: exponent(at(place)), unit: '', must: 0.05 },
    })),
    {
      ...{ what: 'statements and rows read, most over least at one place', unit: 'times' },
      ...{ value: spreadOfCounts(), must: 1.01 },
    },
    { what: 'latency, p50', value: newest.asked.latency.p50, unit: 'ms' },
    { what: 'latency, p99', value: newest.asked.latency.p99, unit: 'ms' },
    ...countedRows(newest.asked.cost, { operations: count, each: 'page' }),
    ...quietness(newest.asked.cost),
  ],
  curves: [
    {
      title: 'A page of 50 by length of the conversation',
      x: { label: 'messages in the conversation', log: true },
      y: { label: 'ms of CPU a page' },
      series: (['first', 'middle', 'last'] as const).map((name) => ({
        name: `${name} page`,
        points: at(name),
      })),
    },
  ],
});

function countsOf({ asked }: Page): number {
  const { rowsRead = 0, statements = 0 } = asked.cost.counted;
  return rowsRead + statements;
}

/** Conversations of 100 and of 1,000,000 are read with as many statements and rows. */
function spreadOfCounts(): number {
  return Math.max(
    ...(['first', 'middle', 'last'] as const).map((place) => {
      const counts = pages.filter((one) => one.place === place).map(countsOf);
      return Math.max(...counts) / Math.min(...counts);
    }),
  );
}

async function page(history: History | undefined, place: Place): Promise<void> {
  if (!history) throw new Error('the history is missing');
  const { conversationId: id, messages } = history;
  const which = {
    first: { first: 50 },
    last: { last: 50 },
    middle: { around: messages / 2, first: 50 },
  }[place];
  const { edges } = dataOf(await asking.ask({ id, ...which })).conversation.messages;
  if (edges.length !== 50) throw new Error(`${edges.length} messages on a page of 50`);
  const asked = await askMany(subject, asking, {
    ...{ perSecond, count, variables: () => ({ id, ...which }) },
  });
  pages.push({ messages, place, asked });
  console.log(`  ${place} page of ${messages}: ${asked.milliseconds.toFixed(2)} ms`);
}
