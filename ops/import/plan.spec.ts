import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Entry } from './format.ts';
import { accountOf, planImport, refuseTooLarge } from './plan.ts';

let line = 0;
const base = (conversation: string, n: number, from: string) => {
  line += 1;
  return { line, conversation, n, from, atMs: 1_100_000_000_000 + n };
};
const said = (conversation: string, n: number, from: string, replyTo: number[] = []): Entry => ({
  ...base(conversation, n, from),
  ...{ kind: 'message', text: `${from} ${n}`, replyTo },
});
const renamed = (conversation: string, n: number, from: string, to: string): Entry => ({
  ...base(conversation, n, from),
  ...{ kind: 'rename', to },
});

function planOf(...entries: readonly Entry[]) {
  const conversations = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = conversations.get(entry.conversation) ?? [];
    conversations.set(entry.conversation, [...known, entry]);
  }
  return planImport({ conversations, problems: [], problemCount: 0 });
}
const namesOf = (plan: ReturnType<typeof planOf>) =>
  [...plan.people].map(([id, name]) => [name, ...(plan.renames.get(id) ?? [])]);
const repliesOf = (plan: ReturnType<typeof planOf>) =>
  plan.conversations.map(({ messages }) => messages.map(({ replyTo }) => replyTo));

describe('the plan of an import', () => {
  it('numbers the messages of a conversation from 1, whatever the archive counted', () => {
    const plan = planOf(said('#a', 7, 'ada'), said('#a', 9, 'ben'), said('#b', 0, 'ada'));
    const numbers = plan.conversations.map(({ messages }) => messages.map(({ number }) => number));
    expect(numbers).toEqual([[1, 2], [1]]);
    expect(plan.counts).toMatchObject({ messages: 3, actions: 0 });
  });

  it('has a nick as one person in all conversations, a member where she speaks', () => {
    const plan = planOf(said('#a', 0, 'ada'), said('#a', 1, 'ben'), said('#b', 0, 'ada'));
    const [ada, ben] = plan.people.keys();
    expect(plan.conversations.map(({ members }) => members)).toEqual([[ada, ben], [ada]]);
    expect(plan.conversations[1]?.messages[0]?.author).toBe(ada);
  });

  it('keeps who renames herself the same person until the conversation ends', () => {
    const plan = planOf(
      ...[said('#a', 0, 'ada'), renamed('#a', 1, 'ada', 'ada|away'), said('#a', 2, 'ada|away')],
    );
    expect(namesOf(plan)).toEqual([['ada', 'ada|away']]);
    expect(new Set(plan.conversations[0]?.messages.map(({ author }) => author)).size).toBe(1);
  });

  it('puts her name back when she speaks under the first one again', () => {
    const plan = planOf(
      ...[said('#a', 0, 'ada'), renamed('#a', 1, 'ada', 'ada|away'), said('#b', 0, 'ada')],
    );
    expect(namesOf(plan)).toEqual([['ada', 'ada|away', 'ada']]);
    expect(plan.counts).toMatchObject({ renames: 1, namesPutBack: 1, renamesToTheSame: 0 });
  });

  it('counts a rename to the name she bears, and changes nothing for it', () => {
    const plan = planOf(said('#a', 0, 'ada'), renamed('#a', 1, 'ada', 'ada'));
    expect(namesOf(plan)).toEqual([['ada']]);
    expect(plan.counts).toMatchObject({ renames: 1, renamesToTheSame: 1 });
  });

  it('answers the first earlier message that is named, and counts the others', () => {
    const plan = planOf(
      ...[said('#a', 2, 'ada'), said('#a', 4, 'ben', [2]), renamed('#a', 5, 'ada', 'ada2')],
      ...[said('#a', 6, 'ben', [5, 2, 4]), said('#a', 7, 'ben', [7]), said('#a', 8, 'ben', [9])],
      said('#b', 0, 'ada', [2]),
    );
    expect(repliesOf(plan)).toEqual([[undefined, 1, 1, undefined, undefined], [undefined]]);
    expect(plan.counts).toMatchObject({ repliesBeyondTheFirst: 1, repliesToNothing: 3 });
  });

  it('is the same for the same archive, with client ids that are UUIDv7 and rise', () => {
    const entries = Array.from({ length: 50 }, (_, n) => said('#a', n, 'ada'));
    const ids = planOf(...entries).conversations[0]?.messages.map(({ clientId }) => clientId) ?? [];
    expect(planOf(...entries).conversations[0]?.messages.map(({ clientId }) => clientId)).toEqual(
      ids,
    );
    expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(50);
  });

  it('says what became of renames and replies', () => {
    const plan = planOf(
      ...[said('#a', 0, 'ada'), renamed('#a', 1, 'ada', 'x'), renamed('#a', 2, 'x', 'x')],
      said('#a', 3, 'ben', [9]),
    );
    expect(accountOf(plan)).toContain('2 renames: 1 change a name, 1 give the one she bears');
    expect(accountOf(plan)).toContain('1 replies answer no earlier message');
  });

  it('is refused with the name of a conversation in which too many speak', () => {
    const crowd = Array.from({ length: 1_000 }, (_, n) => said('#crowd', n, `nick${n}`));
    expect(() => refuseTooLarge(planOf(...crowd.slice(1)))).not.toThrow();
    expect(() => refuseTooLarge(planOf(...crowd))).toThrow(
      /"#crowd" 1000 people.*Nothing was stored/s,
    );
  });
});
