import { median } from './load/fit.ts';
import { openAsking } from './load/pages.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { report } from './load/report.ts';
import { seededWorld } from './seed/world.ts';

// From the spawn of a second start with 1,000,000 messages to the first answer: a page of history.
const starts = 5;
const query = `query ($id: ID!) {
  conversation(id: $id) { messages(last: 50) { edges { node { number text author { name } } } } }
}`;

const pinned = pinLoad();
const world = seededWorld('history-6');
const history = world.histories.at(-1);
const member = world.people[history?.memberAt ?? 0];
if (!history || !member) throw new Error('the world has no history');
const { conversationId: id } = history;
const answered: number[] = [];
const ready: number[] = [];
const cpu: number[] = [];
for (let at = 0; at < starts; at += 1) {
  const startedAt = performance.now();
  await using subject = await startSubject({ folder: world.folder });
  const asking = openAsking(subject.url, member, query);
  const page = await asking.ask({ id });
  answered.push((performance.now() - startedAt) / 1_000);
  asking.close();
  if (page.split('"number"').length !== 51) throw new Error('the page is not whole');
  ready.push(subject.readyMs / 1_000);
  cpu.push(subject.usage().cpuSeconds);
}
report('start', {
  title: 'A second start with 1,000,000 messages',
  note: `${starts} starts after a clean stop, files in the page cache; ${pinned}`,
  rows: [
    { what: 'first answer, median', value: median(answered), unit: 's', must: 5, aim: 2 },
    { what: 'first answer, longest', value: Math.max(...answered), unit: 's' },
    { what: 'ready, median', value: median(ready), unit: 's' },
    { what: 'CPU until the first answer, median', value: median(cpu), unit: 's' },
  ],
});
