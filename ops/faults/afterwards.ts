import { setTimeout as pause } from 'node:timers/promises';
import { parseRecord } from '../../schemas/records/encode.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { ask } from '../bench/load/people.ts';
import type { Ended } from './recorder/final-reads.ts';
import { openMachinesAt } from './recorder/truth.ts';

/** What else must hold once all is quiet: each answers with what does not, in words. */
export const looks = { search: searchFinds, figures: figuresCount, topic: topicHasOnce } as const;

export type Look = keyof typeof looks;

const withinMs = 15_000; // after everything else was found quiet
const soughtMax = 12;

/** The last message, and some of those before it, as their author finds them by their words. */
async function searchFinds({ devices, url }: Ended): Promise<readonly string[]> {
  const [device] = devices;
  if (!device) return [];
  const { who, holdings } = device;
  const own = holdings
    .conversations()
    .filter(holdings.isMember)
    .flatMap((conversation) => holdings.messages(conversation))
    .flatMap(({ text }) => (text === null ? [] : [text]));
  const step = Math.max(1, Math.floor(own.length / soughtMax));
  const sought = own.toReversed().filter((_, at) => at % step === 0);
  const missing = async () => {
    const found = await Promise.all(sought.map((text) => isFound(url, who.token, text)));
    return sought.filter((_, at) => !found[at]);
  };
  const lost = await untilNone(missing);
  return lost.map((text) => `search does not find the message “${text}”`);
}

async function isFound(url: string, token: string, text: string): Promise<boolean> {
  const query = `query ($query: String!) { search(query: $query, kinds: [MESSAGE]) {
    edges { node { ... on MessageHit { message { text } } } } } }`;
  const word = text.split(' ').at(-1) ?? '';
  try {
    const { search } = await ask(url, query, { variables: { query: word }, token });
    const edges: readonly { readonly node: { readonly message: { readonly text: string } } }[] =
      search.edges;
    return edges.some(({ node }) => node.message.text.endsWith(text));
  } catch {
    return false;
  }
}

/** What an analyst counts is what the log holds. */
async function figuresCount(ended: Ended): Promise<readonly string[]> {
  await using machines = await openMachinesAt(ended);
  let sent = 0;
  for await (const page of machines.eventStore.readAll({ after: 0n })) {
    sent += page.filter(({ type }) => type.startsWith('message-sent')).length;
  }
  const sql = "select sum(messages) as n from messages_by_kind where grain = 'hour'";
  let counted = Number.NaN;
  const differs = async () => {
    const rows = await machines.analytics
      .ask<{ readonly n: string }>({ sql, as: 'analyst' })
      .catch(() => []);
    counted = Number(rows[0]?.n ?? Number.NaN);
    return counted === sent ? [] : [counted];
  };
  await untilNone(differs);
  return counted === sent ? [] : [`analysts count ${counted} messages of ${sent}`];
}

/** Every event of this round is in the topic once, in the order of the log within its partition. */
async function topicHasOnce(ended: Ended): Promise<readonly string[]> {
  await using machines = await openMachinesAt(ended);
  const { eventLog } = machines;
  const last = (await eventLog.newest(eventsTopic)).map((record) => record?.offset ?? -1);
  const left = new Set(last.flatMap((offset, partition) => (offset < 0 ? [] : [partition])));
  const newest = new Map<number, bigint>();
  const wrong: string[] = [];
  const over = new AbortController();
  const giveUp = setTimeout(() => over.abort(), 60_000);
  const group = `audit-${performance.now()}`;
  const reading = { topic: eventsTopic, group, from: 'start', recordsMax: 1_000 } as const;
  for await (const { records } of eventLog.consume({ ...reading, signal: over.signal })) {
    for (const { partition, offset, value } of records) {
      const position = positionOf(value);
      const before = newest.get(partition) ?? 0n;
      if (position !== null && position <= before && position > ended.after) {
        wrong.push(`${position} comes behind ${before} in partition ${partition} of the topic`);
      }
      if (position !== null) newest.set(partition, position);
      if (offset >= (last[partition] ?? 0)) left.delete(partition);
    }
    if (left.size === 0) over.abort();
  }
  clearTimeout(giveUp);
  if (left.size > 0) wrong.push(`${left.size} partitions of the topic could not be read`);
  return wrong;
}

/** Null for a watermark. */
function positionOf(value: string): bigint | null {
  const content = parseRecord(value);
  return content?.kind === 'event' ? BigInt(content.position) : null;
}

async function untilNone<Item>(look: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found.length === 0 || performance.now() > until) return found;
    await pause(200);
  }
}
