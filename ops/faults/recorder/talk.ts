import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import { ask } from '../../bench/load/people.ts';
import type { Asked } from '../../simulate/history.ts';
import type { Device } from './device.ts';
import type { Reply } from './recorder.ts';

/** The conversations of a round, by what people may do there. */
export type Rooms = {
  readonly direct: string;
  readonly group: string; // open: people come and go as they like
  readonly closed: string; // a group whose owner adds and removes
  readonly channel: string;
  readonly guests: readonly string[]; // people whom the owner of `closed` adds and removes
};

const pauseMsMax = 60;
const awayMsMax = 400; // nobody asks on and on while the platform is away
const givesUpAfterMs = 90_000;

/** Makes the rooms of a round: the first person owns them, the second is in each of them. */
export async function makeRooms(devices: readonly Device[], url: string): Promise<Rooms> {
  const people = [...new Map(devices.map((device) => [device.who.id, device])).values()];
  const [owner, second] = people;
  if (!owner || !second) throw new Error('a talk needs two people');
  const ids = people.map(({ who }) => who.id);
  const start = async (kind: 'direct' | 'group' | 'channel', among: readonly string[]) => {
    const { conversation } = await answered(owner, { do: 'start', kind, people: among });
    if (conversation === undefined) throw new Error(`no ${kind} could be started`);
    return conversation;
  };
  const direct = await start('direct', [owner.who.id, second.who.id]);
  const group = await start('group', ids);
  const closed = await start('group', ids);
  const channel = await start('channel', [owner.who.id]);
  await ask(
    url,
    `mutation ($id: ID!) {
      updateConversation(input: { conversationId: $id, settings: { joining: OPEN } }) {
        refusal { code }
      }
    }`,
    { variables: { id: group }, token: owner.who.token },
  );
  for (const device of people.slice(1)) {
    await answered(device, { do: 'join', conversation: channel });
  }
  return { direct, group, closed, channel, guests: ids.slice(2) };
}

/** Asks again until there is an answer. */
async function answered(device: Device, asked: Asked): Promise<Reply> {
  const until = performance.now() + givesUpAfterMs;
  for (;;) {
    const reply = await device.ask(asked);
    if (reply.outcome !== 'unknown' || performance.now() > until) return reply;
    await pause(150);
  }
}

/** One thing after another until it is over; a send is repeated until it is answered. */
export async function talk(device: Device, rooms: Rooms, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const isAnswered = (await device.fill()) && (await pick(habits)(device, rooms));
    await pause(Math.random() * (isAnswered ? pauseMsMax : awayMsMax));
  }
}

/** One thing done; false when there was no answer. */
type Habit = (device: Device, rooms: Rooms) => Promise<boolean>;

const send: Habit = (device, rooms) => {
  const conversation = among(device, rooms);
  if (conversation === null) return nothing;
  const known = device.holdings.messages(conversation);
  const replyTo = known.length > 0 && Math.random() < 0.2 ? (known.at(-1)?.number ?? null) : null;
  const text = `says ${Math.random().toString(36).slice(2)}`;
  return did(answered(device, { do: 'send', conversation, message: v7(), text, replyTo }));
};

const edit: Habit = (device, rooms) => {
  const own = ownMessage(device, rooms);
  if (own === null) return nothing;
  const { conversation, number, message } = own;
  const text = `rather ${Math.random().toString(36).slice(2)}`;
  return did(device.ask({ do: 'edit', conversation, number, text }, message));
};

const remove: Habit = (device, rooms) => {
  const own = ownMessage(device, rooms);
  if (own === null) return nothing;
  return did(device.ask({ do: 'delete', conversation: own.conversation, number: own.number }));
};

const mark: Habit = (device, rooms) => {
  const conversation = among(device, rooms);
  const last = conversation && device.holdings.messages(conversation).at(-1)?.number;
  if (!conversation || !last) return nothing;
  const read = Math.random() < 0.7 ? last : null;
  return did(
    device.ask({ do: 'mark', conversation, read, delivered: read === null ? last : null }),
  );
};

const readNewest: Habit = (device, rooms) => {
  const conversation = among(device, rooms);
  if (conversation === null) return nothing;
  return did(device.ask({ do: 'read-page', conversation, atLeast: device.seen() }));
};

const readInbox: Habit = (device) => did(device.ask({ do: 'read-inbox', atLeast: device.seen() }));

/** Guests come and go; the others stay. */
const wander: Habit = (device, { group: conversation, guests }) => {
  if (!guests.includes(device.who.id)) return nothing;
  const isThere = device.holdings.isMember(conversation);
  return did(device.ask({ do: isThere ? 'leave' : 'join', conversation }));
};

const invite: Habit = (device, { closed, guests }) => {
  const someone = guests[Math.floor(Math.random() * guests.length)];
  if (!someone || guests.includes(device.who.id)) return nothing;
  const action = Math.random() < 0.5 ? 'add' : 'remove';
  return did(device.ask({ do: action, conversation: closed, people: [someone] }));
};

const cut: Habit = async (device) => {
  device.cut();
  return true;
};

async function did(reply: Promise<Reply>): Promise<boolean> {
  return (await reply).outcome !== 'unknown';
}

const nothing = Promise.resolve(true);

const habits: readonly (readonly [weight: number, habit: Habit])[] = [
  [50, send],
  [6, edit],
  [3, remove],
  [12, mark],
  [8, readNewest],
  [6, readInbox],
  [3, wander],
  [2, invite],
  [2, cut],
];

function pick(from: readonly (readonly [number, Habit])[]): Habit {
  const total = from.reduce((sum, [weight]) => sum + weight, 0);
  let at = Math.random() * total;
  for (const [weight, habit] of from) {
    at -= weight;
    if (at < 0) return habit;
  }
  return send;
}

function among({ holdings }: Device, { direct, group, closed, channel }: Rooms): string | null {
  const mine = [direct, group, closed, channel].filter((room) => holdings.isMember(room));
  return mine[Math.floor(Math.random() * mine.length)] ?? null;
}

function ownMessage(device: Device, rooms: Rooms) {
  const conversation = among(device, rooms);
  if (conversation === null) return null;
  const own = device.holdings
    .messages(conversation)
    .filter(({ author, state }) => author === device.who.id && state === 'present')
    .at(-1);
  if (!own || own.message === null) return null;
  return { conversation, number: own.number, message: own.message };
}
