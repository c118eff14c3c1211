import type { Asked } from '../history.ts';
import type { MadeConversation } from './made-conversation.ts';
import { placeIn } from './made-conversation.ts';
import type { MadeDevice } from './made-devices.ts';
import type { Making } from './made-history.ts';

/** What somebody does next: mostly talk, then read, seldom anything else. */
export function pick(making: Making, device: MadeDevice): Asked {
  const { random, platform, people } = making;
  const { person } = device;
  const conversation = someConversation(making, person);
  const wanted = Math.max(2, people.length * 2);
  if (conversation === null || (platform.conversations.size < wanted && random.chance(0.2))) {
    return start(making, person);
  }
  const dice = random.next();
  const atLeast = random.chance(0.7) ? device.written : null;
  if (dice < 0.5) return send(making, conversation);
  if (dice < 0.68) return mark(making, conversation, person);
  if (dice < 0.8) return { do: 'read-page', conversation: conversation.id, atLeast };
  if (dice < 0.88) return { do: 'read-inbox', atLeast };
  if (dice < 0.95) return amend(making, conversation, person);
  if (dice < 0.96 && random.chance(0.3)) return clear(making, conversation);
  return move(making, conversation, person);
}

/** One of hers; now and then one that is none of hers, which is refused. */
function someConversation({ random, platform }: Making, person: string): MadeConversation | null {
  const hers = platform.conversationsOf(person);
  const any = random.chance(0.01) || hers.length === 0;
  const id = any ? `c${1 + random.below(platform.conversations.size)}` : random.pick(hers);
  const found = platform.conversations.get(id);
  return found && (any || placeIn(found, person).isMember || random.chance(0.05)) ? found : null;
}

function start({ random, people }: Making, person: string): Asked {
  const others = people.filter((who) => who !== person);
  const from = random.below(others.length);
  const some = (count: number) =>
    Array.from({ length: count }, (_, at) => others[(from + at) % others.length] ?? person);
  const dice = random.next();
  if (dice < 0.5) return { do: 'start', kind: 'direct', people: some(1) };
  if (dice < 0.9) return { do: 'start', kind: 'group', people: some(Math.min(3, others.length)) };
  return { do: 'start', kind: 'channel', people: [] };
}

function send(making: Making, { id, messages }: MadeConversation): Asked {
  const { random } = making;
  making.messages += 1;
  const message = `0190c3f0-0000-7000-8000-${making.messages.toString(16).padStart(12, '0')}`;
  const isReply = messages.length > 0 && random.chance(0.15);
  const replyTo = isReply ? 1 + random.below(messages.length) : null;
  const text = `what was said as number ${making.messages} of all`;
  return { do: 'send', conversation: id, message, text, replyTo };
}

function mark({ random }: Making, { id, messages, people }: MadeConversation, person: string) {
  const last = messages.length;
  const { read: before = 0 } = people.get(person) ?? {};
  const read = last > 0 ? Math.max(before, last - random.below(3)) : null;
  return { do: 'mark', conversation: id, delivered: last > 0 ? last : null, read } as const;
}

function amend(making: Making, conversation: MadeConversation, person: string): Asked {
  const { random } = making;
  const { id, messages } = conversation;
  const recent = messages.slice(-20).filter(({ author }) => author === person);
  if (recent.length === 0) return send(making, conversation);
  const { number } = random.pick(recent);
  if (random.chance(0.3)) return { do: 'delete', conversation: id, number };
  const text = `what was said after all, ${random.below(1e6)}`;
  return { do: 'edit', conversation: id, number, text };
}

function clear({ random }: Making, { id, messages }: MadeConversation): Asked {
  const upTo = random.chance(0.5) ? null : Math.max(1, messages.length - random.below(5));
  return { do: 'clear', conversation: id, upTo };
}

function move(making: Making, conversation: MadeConversation, person: string): Asked {
  const { random, people } = making;
  const { id, kind, people: places } = conversation;
  if (kind === 'direct') return send(making, conversation);
  const { isMember } = placeIn(conversation, person);
  if (kind === 'channel' || !isMember) {
    return { do: isMember && random.chance(0.5) ? 'leave' : 'join', conversation: id };
  }
  const inside = [...places].flatMap(([who, place]) => (place.isMember ? who : []));
  const others = inside.filter((who) => who !== person);
  if (others.length > 2 && random.chance(0.5)) {
    return { do: 'remove', conversation: id, people: [random.pick(others)] };
  }
  if (inside.length > 6) return { do: 'leave', conversation: id };
  return { do: 'add', conversation: id, people: [random.pick(people)] };
}
