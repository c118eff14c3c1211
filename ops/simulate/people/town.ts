import type { Asked, ConversationKind } from '../history.ts';
import type { Random } from '../random.ts';
import type { Outcome } from '../recorder.ts';

/** What is common knowledge among people: which conversations there are, and how far they went. */
export type Town = {
  readonly people: readonly string[];
  /** Learns from what somebody did. */
  note(person: string, asked: Asked, answer: Outcome): void;
  /** The client id of a message; '' for one that nobody sent. */
  nameOf(conversation: string, number: number): string;
  /** What somebody does next; null where there is nothing to do it to. */
  draw(person: string, random: Random, newClientId: () => string): Asked | null;
};

type Talk = {
  readonly id: string;
  readonly kind: ConversationKind;
  readonly starter: string;
  readonly members: Set<string>; // as far as anybody knows
  last: number;
  readonly said: Map<number, { readonly by: string; readonly message: string }>;
};

export function openTown(people: readonly string[]): Town {
  const talks = new Map<string, Talk>();
  return {
    people,
    nameOf: (conversation, number) => talks.get(conversation)?.said.get(number)?.message ?? '',
    note: (person, asked, answer) => note(talks, { person, asked, answer }),
    draw: (person, random, newClientId) =>
      draw([...talks.values()], { people, person, random, newClientId }),
  };
}

type Done = { readonly person: string; readonly asked: Asked; readonly answer: Outcome };

function note(talks: Map<string, Talk>, { person, asked, answer }: Done): void {
  if (answer.outcome !== 'ok') return;
  if (asked.do === 'start' && answer.conversation && !talks.has(answer.conversation)) {
    const { conversation: id } = answer;
    const members = new Set([person, ...asked.people]);
    const { kind } = asked;
    talks.set(id, { id, kind, starter: person, members, last: 0, said: new Map() });
  }
  const talk = 'conversation' in asked ? talks.get(asked.conversation) : undefined;
  if (!talk) return;
  if (asked.do === 'send' && answer.number) {
    talk.last = Math.max(talk.last, answer.number);
    talk.said.set(answer.number, { by: person, message: asked.message });
  }
  if (asked.do === 'add') for (const one of asked.people) talk.members.add(one);
  if (asked.do === 'remove') for (const one of asked.people) talk.members.delete(one);
  if (asked.do === 'join') talk.members.add(person);
  if (asked.do === 'leave') talk.members.delete(person);
}

type Drawing = {
  readonly people: readonly string[];
  readonly person: string;
  readonly random: Random;
  readonly newClientId: () => string;
};

const deeds: readonly (readonly [weight: number, deed: Asked['do']])[] = [
  [44, 'send'],
  [7, 'edit'],
  [5, 'delete'],
  [10, 'mark'],
  [1, 'clear'],
  [12, 'read-page'],
  [7, 'read-inbox'],
  [3, 'start'],
  [3, 'join'],
  [1.5, 'leave'],
  [3, 'add'],
  [1.5, 'remove'],
  [0.2, 'close'],
];

function draw(talks: readonly Talk[], drawing: Drawing): Asked | null {
  const { person, random } = drawing;
  if (talks.length < 2) return startOf(drawing);
  const own = talks.filter(({ members }) => members.has(person));
  // Now and then somebody tries what is none of hers.
  const talk = own.length > 0 && random.chance(0.94) ? random.pick(own) : random.pick(talks);
  return deedIn(talk, drawing, pickDeed(random));
}

function pickDeed(random: Random): Asked['do'] {
  const all = deeds.reduce((sum, [weight]) => sum + weight, 0);
  let left = random.next() * all;
  for (const [weight, deed] of deeds) {
    left -= weight;
    if (left < 0) return deed;
  }
  return 'send';
}

function startOf({ people, person, random }: Drawing): Asked {
  const others = people.filter((one) => one !== person);
  const kind = random.pick(['direct', 'group', 'group', 'group', 'channel'] as const);
  if (kind === 'channel') return { do: 'start', kind, people: [] };
  if (kind === 'direct') return { do: 'start', kind, people: [random.pick(others)] };
  return { do: 'start', kind, people: others.filter(() => random.chance(0.7)) };
}

function deedIn(talk: Talk, drawing: Drawing, deed: Asked['do']): Asked | null {
  const { people, person, random } = drawing;
  const { id: conversation } = talk;
  const someNumber = () => 1 + random.below(Math.max(1, talk.last));
  const somebody = (wanted: (one: string) => boolean) => {
    const found = people.filter((one) => one !== person && wanted(one));
    return found.length > 0 ? [random.pick(found)] : null;
  };
  switch (deed) {
    case 'start':
      return startOf(drawing);
    case 'join':
    case 'leave':
    case 'close':
      return { do: deed, conversation };
    case 'add':
    case 'remove': {
      const chosen = somebody((one) => talk.members.has(one) === (deed === 'remove'));
      return chosen && { do: deed, conversation, people: chosen };
    }
    case 'send':
      return sendTo(talk, drawing);
    case 'edit': {
      const number = ownNumber(talk, drawing);
      const text = `says rather ${random.below(1_000_000)}`;
      return number === null ? null : { do: 'edit', conversation, number, text };
    }
    case 'delete': {
      const number = random.chance(0.9) ? ownNumber(talk, drawing) : someNumber();
      return number === null ? null : { do: 'delete', conversation, number };
    }
    case 'mark': {
      const number = random.chance(0.6) ? Math.max(1, talk.last) : someNumber();
      const isRead = random.chance(0.6);
      return {
        ...{ do: 'mark', conversation },
        ...{ delivered: isRead ? null : number, read: isRead ? number : null },
      };
    }
    case 'clear':
      return { do: 'clear', conversation, upTo: random.chance(0.5) ? null : someNumber() };
    case 'read-page':
      return { do: 'read-page', conversation, atLeast: null };
    case 'read-inbox':
      return { do: 'read-inbox', atLeast: null };
  }
}

function sendTo({ id, last }: Talk, { random, newClientId }: Drawing): Asked {
  const isReply = last > 0 && random.chance(0.2);
  return {
    ...{ do: 'send', conversation: id, message: newClientId() },
    text: `says ${random.below(1_000_000)}`,
    replyTo: isReply ? Math.max(1, last - random.below(5)) : null,
  };
}

function ownNumber({ said }: Talk, { person, random }: Drawing): number | null {
  const own = [...said].filter(([, { by }]) => by === person).map(([number]) => number);
  return own.length > 0 ? random.pick(own) : null;
}
