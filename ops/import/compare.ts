import type { ConversationId } from '../../domain/ids.ts';
import { participationsByKeys } from '../../projections/inbox/read.ts';
import { messagesPage } from '../../projections/timeline/read.ts';
import type { Machines } from '../machines.ts';
import type { Plan, PlannedMessage } from './plan.ts';
import { archivist } from './plan.ts';
import type { Progress } from './run.ts';

/** A line of the comparison: what the file says, and what each store holds. */
export type Compared = {
  readonly what: string;
  readonly file: number;
  readonly log: number | null; // null: it does not say
  readonly inbox: number | null;
  readonly timeline: number | null;
};
export type Comparison = {
  readonly rows: readonly Compared[];
  readonly differences: readonly string[]; // the first 20, in words
};

const differencesKeptMax = 20;
const rowsAtOnce = 1_000;

type Kept = Omit<PlannedMessage, 'text'>;

/** Holds log, inbox and timeline against the archive, message by message. */
export async function compare(
  plan: Plan,
  machines: Machines,
  progress: Progress,
): Promise<Comparison> {
  const differences: string[] = [];
  const differ = (sentence: string): void => {
    if (differences.length < differencesKeptMax) differences.push(sentence);
  };
  const sum = {
    ...{ messages: [0, 0, 0, 0], actions: [0, 0, 0, 0], replies: [0, 0, 0, 0] },
    conversations: [0, 0, 0, 0],
  };
  for (const [at, conversation] of plan.conversations.entries()) {
    const { id, title, messages } = conversation;
    const log = await fromLog(machines, id);
    const timeline = await fromTimeline(machines, id);
    const inbox = await lastInInbox(machines, id);
    compareLists(title, { expected: messages, log, timeline, differ });
    if (inbox !== messages.length) differ(`${title}: the inbox counts ${inbox} messages`);
    add(sum.messages, (list) => list.filter(({ form }) => form === 'text').length);
    add(sum.actions, (list) => list.filter(({ form }) => form === 'action').length);
    add(sum.replies, (list) => list.filter(({ replyTo }) => replyTo !== undefined).length);
    sum.conversations[0] = (sum.conversations[0] ?? 0) + 1;
    if (same(messages, log)) sum.conversations[1] = (sum.conversations[1] ?? 0) + 1;
    if (inbox === messages.length) sum.conversations[2] = (sum.conversations[2] ?? 0) + 1;
    if (same(messages, timeline)) sum.conversations[3] = (sum.conversations[3] ?? 0) + 1;
    progress('comparing', at + 1, plan.conversations.length);

    function add(into: number[], count: (list: readonly Kept[]) => number): void {
      into[0] = (into[0] ?? 0) + count(messages);
      into[1] = (into[1] ?? 0) + count(log);
      into[3] = (into[3] ?? 0) + count(timeline);
    }
  }
  const row = (what: string, [file = 0, log = 0, inbox = 0, timeline = 0]: number[]): Compared => ({
    ...{ what, file, log, timeline },
    inbox: what.startsWith('conversations') ? inbox : null,
  });
  const renames = await renamesInLog(plan, machines);
  const planned = [...plan.renames.values()].reduce((total, names) => total + names.length, 0);
  if (renames !== planned) differ(`the log holds ${renames} renames, the file means ${planned}`);
  return {
    differences,
    rows: [
      row('messages', sum.messages),
      row('actions', sum.actions),
      row('replies', sum.replies),
      row('conversations in order', sum.conversations),
      { what: 'changes of name', file: planned, log: renames, inbox: null, timeline: null },
    ],
  };
}

function compareLists(
  title: string,
  lists: {
    readonly expected: readonly PlannedMessage[];
    readonly log: readonly Kept[];
    readonly timeline: readonly (Kept & { readonly text: string | null })[];
    readonly differ: (sentence: string) => void;
  },
): void {
  const { expected, log, timeline, differ } = lists;
  if (log.length !== expected.length) differ(`${title}: the log holds ${log.length} messages`);
  if (timeline.length !== expected.length)
    differ(`${title}: the timeline holds ${timeline.length}`);
  for (const [at, message] of expected.entries()) {
    const { number } = message;
    if (log[at] && !equal(message, log[at]))
      differ(`${title}: message ${number} differs in the log`);
    const shown = timeline[at];
    if (shown && !(equal(message, shown) && message.text === shown.text)) {
      differ(`${title}: message ${number} differs in the timeline`);
    }
  }
}

function same(a: readonly Kept[], b: readonly Kept[]): boolean {
  return a.length === b.length && a.every((one, at) => b[at] !== undefined && equal(one, b[at]));
}

function equal(a: Kept, b: Kept): boolean {
  return (
    a.number === b.number &&
    a.author === b.author &&
    a.clientId === b.clientId &&
    a.form === b.form &&
    a.replyTo === b.replyTo &&
    a.claimedAtMs === b.claimedAtMs
  );
}

async function fromLog({ eventStore }: Machines, id: ConversationId): Promise<Kept[]> {
  const kept: Kept[] = [];
  const stream = `conversation-${id}`;
  for await (const page of eventStore.readStream({
    stream,
    from: 'start',
    direction: 'forwards',
  })) {
    for (const { type, data } of page) {
      if (type !== 'message-sent') continue;
      const sent = JSON.parse(Buffer.from(data).toString('utf8'));
      const { number, author, clientId, form, replyTo, claimedAtMs } = sent;
      kept.push({ number, author, clientId, form, replyTo, claimedAtMs });
    }
  }
  return kept;
}

async function fromTimeline({ tables }: Machines, conversationId: ConversationId) {
  const kept: (Kept & { readonly text: string | null })[] = [];
  for (let start = 0; ; ) {
    const page = await messagesPage(tables, {
      ...{ conversationId, viewer: archivist, window: { from: 1, upTo: null } },
      ...{ direction: 'forwards', start, count: rowsAtOnce },
    });
    for (const { number, author, clientId, form, text, replyTo, sentAtMs } of page) {
      const claimed = { claimedAtMs: sentAtMs, replyTo: replyTo ?? undefined };
      kept.push({ number, author, clientId: clientId as Kept['clientId'], form, text, ...claimed });
    }
    if (page.length < rowsAtOnce) return kept;
    start = page.at(-1)?.number ?? start;
  }
}

async function lastInInbox({ tables }: Machines, id: ConversationId): Promise<number> {
  const own = (await participationsByKeys(tables, archivist, [id])).get(id);
  return own ? own.unread : 0;
}

async function renamesInLog({ renames }: Plan, { eventStore }: Machines): Promise<number> {
  let found = 0;
  for (const userId of renames.keys()) {
    const stream = `account-${userId}`;
    const pages = eventStore.readStream({ stream, from: 'start', direction: 'forwards' });
    for await (const page of pages) {
      found += page.filter(({ type }) => type === 'profile-changed').length;
    }
  }
  return found;
}
