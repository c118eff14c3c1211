import type { FinalPage, HistoryLine } from '../history.ts';
import type { MadeConversation } from './made-conversation.ts';
import { inboxRowOf, stretch, windowIn } from './made-conversation.ts';
import type { MadeDevice } from './made-devices.ts';
import type { Making } from './made-history.ts';

/** What stands at the end: the log, and how each reader has it. */
export function* finalsOf(making: Making, readers: number): Generator<HistoryLine> {
  const { platform, people } = making;
  for (const { line } of platform.log) yield line;
  for (const person of people.slice(0, readers)) {
    for (const id of platform.conversationsOf(person)) {
      const conversation = platform.conversations.get(id);
      if (conversation) yield* wholesOf(making, conversation, person);
    }
    const rows = platform.conversationsOf(person).flatMap((id) => {
      const conversation = platform.conversations.get(id);
      return conversation?.people.get(person)?.isMember ? inboxRowOf(conversation, person) : [];
    });
    const device = watchingOf(making, person)?.session;
    yield { line: 'inbox', person, rows, devices: device === undefined ? [] : [device] };
  }
  for (const projection of ['inbox', 'timeline', 'people']) {
    yield { line: 'rebuild', projection, rows: platform.log.length, differing: [] };
  }
  for (const consumer of ['projector', 'courier']) {
    yield { line: 'lag', consumer, events: 7, sinceHealedMs: 100 };
    yield { line: 'lag', consumer, events: 0, sinceHealedMs: 900 };
  }
}

/** A fresh timeline, the same from a rebuild, and a device's from its own first page on. */
function* wholesOf(
  making: Making,
  conversation: MadeConversation,
  person: string,
): Generator<HistoryLine> {
  const { random } = making;
  const window = windowIn(conversation, person);
  const { from, to } = window ?? { from: 1, to: 0 };
  const messages = stretch(conversation, from, to);
  const timeline: FinalPage = {
    ...{ line: 'timeline', person, session: null, conversation: conversation.id },
    messages,
  };
  yield timeline;
  if (random.chance(0.2)) yield timeline;
  const device = watchingOf(making, person);
  if (device === undefined) return;
  const since = random.chance(0.5) ? 0 : random.below(Math.max(1, messages.length));
  yield {
    ...{ line: 'device', person, session: device.session, conversation: conversation.id },
    messages: messages.slice(since),
    ...(since === 0 && { whole: true }),
  };
}

function watchingOf({ devices }: Making, person: string): MadeDevice | undefined {
  return devices.find((one) => one.person === person && one.isWatching);
}
