import { askMany } from './load/asked.ts';
import { costRows } from './load/measured.ts';
import { dataOf, openAsking } from './load/pages.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import { seededWorld } from './seed/world.ts';

// The first 50 rows of an inbox of 100 conversations, half of them direct.
const perSecond = 300;
const count = 3_000;

const query = `{
  viewer {
    inbox(first: 50) {
      edges {
        cursor
        node {
          id kind title lastNumber
          lastMessage { id number text sentAt author { id name } }
          my { unread readUpTo }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const pinned = pinLoad();
const world = seededWorld('history-6');
await using subject = await startSubject({ folder: world.folder });
const viewer = world.people[world.inboxOf];
if (!viewer) throw new Error('the world has no inbox');
const asking = openAsking(subject.url, viewer, query);
const { edges } = dataOf(await asking.ask({})).viewer.inbox;
if (edges.length !== 50) throw new Error(`${edges.length} rows in an inbox of 50`);
await askMany(subject, asking, { perSecond, count: 400, variables: () => ({}) });
const asked = await askMany(subject, asking, { perSecond, count, variables: () => ({}) });
asking.close();
report('inbox', {
  title: 'An inbox of 50, over HTTP',
  note: `${perSecond} a second, ${count} of them; ${asked.bytes} B each; ${pinned}`,
  rows: [
    { what: 'CPU an inbox', value: asked.milliseconds, unit: 'ms', must: 0.8, aim: 0.3 },
    { what: 'latency, p50', value: asked.latency.p50, unit: 'ms' },
    { what: 'latency, p99', value: asked.latency.p99, unit: 'ms' },
    ...costRows(asked.cost, { operations: count, each: 'inbox', of: {} }),
    ...quietness(asked.cost),
  ],
});
