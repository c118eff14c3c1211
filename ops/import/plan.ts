import { uuidOf } from '../../commands/derived-ids.ts';
import { groupMembersMax } from '../../domain/conversation/limits.ts';
import type { ClientId, ConversationId, UserId } from '../../domain/ids.ts';
import { PlainError } from '../plain-error.ts';
import type { Entry } from './format.ts';
import type { Archive } from './read.ts';

/** What an archive comes to, in the platform's terms. Pure: the same archive, the same plan. */
export type Plan = {
  readonly people: ReadonlyMap<UserId, string>; // with the name they register under
  readonly renames: ReadonlyMap<UserId, readonly string[]>; // in order; each changes something
  readonly conversations: readonly PlannedConversation[];
  readonly counts: {
    readonly messages: number;
    readonly actions: number;
    readonly renames: number; // lines of kind rename
    readonly namesPutBack: number; // the name a nick has when it speaks again under its own
    readonly renamesToTheSame: number;
    readonly repliesBeyondTheFirst: number;
    readonly repliesToNothing: number;
  };
};
export type PlannedConversation = {
  readonly id: ConversationId;
  readonly title: string;
  readonly members: readonly UserId[];
  readonly messages: readonly PlannedMessage[];
};
export type PlannedMessage = {
  readonly number: number; // 1, 2, 3 … in the conversation
  readonly author: UserId;
  readonly clientId: ClientId;
  readonly form: 'text' | 'action';
  readonly text: string;
  readonly replyTo: number | undefined;
  readonly claimedAtMs: number;
};

type Counts = { -readonly [Name in keyof Plan['counts']]: number };
type Draft = {
  readonly people: Map<UserId, string>;
  readonly names: Map<UserId, string>; // as they stand while the file is read
  readonly renames: Map<UserId, string[]>;
  readonly counts: Counts;
};

/** The account that owns imported groups: no archive tells who did. */
export const archivist = uuidOf('import', 'archivist') as UserId;

/**
 * A nick is one person in all conversations. Who renames herself goes on as the same person until
 * the conversation ends; when a later one finds her under her first nick, her name is put back.
 */
export function planImport({ conversations }: Archive): Plan {
  const counts: Counts = {
    ...{ messages: 0, actions: 0, renames: 0, namesPutBack: 0, renamesToTheSame: 0 },
    ...{ repliesBeyondTheFirst: 0, repliesToNothing: 0 },
  };
  const draft: Draft = { people: new Map(), names: new Map(), renames: new Map(), counts };
  const planned = [...conversations].map(([title, entries]) =>
    planConversation(title, entries, draft),
  );
  return { people: draft.people, renames: draft.renames, conversations: planned, counts };
}

/** What becomes of renames and replies that are not one to one, in a sentence each. */
export function accountOf({ renames, counts }: Plan): string {
  const changes = [...renames.values()].reduce((sum, names) => sum + names.length, 0);
  const lines = [
    `${counts.renames} renames: ${counts.renames - counts.renamesToTheSame} change a name, ` +
      `${counts.renamesToTheSame} give the one she bears.`,
    `${counts.namesPutBack} times a name is put back, so ${changes} changes of profile in all.`,
    `${counts.repliesBeyondTheFirst} further targets of replies are left out, ` +
      `${counts.repliesToNothing} replies answer no earlier message.`,
  ];
  return lines.join('\n');
}

/** Before anything is stored: a group holds so many, and one of them is its owner. */
export function refuseTooLarge({ conversations }: Plan): void {
  const speakersMax = groupMembersMax - 1;
  const large = conversations.find(({ members }) => members.length > speakersMax);
  if (!large) return;
  throw new PlainError(
    `In "${large.title}" ${large.members.length} people speak and a group holds ${speakersMax} ` +
      'besides its owner. Nothing was stored. Split that conversation in the file, by day say.',
  );
}

function planConversation(
  title: string,
  entries: readonly Entry[],
  draft: Draft,
): PlannedConversation {
  const current = new Map<string, UserId>(); // who bears a nick here
  const members = new Set<UserId>();
  const numbers = new Map<number, number>(); // of the archive's n
  const messages: PlannedMessage[] = [];
  for (const entry of entries) {
    const author = current.get(entry.from) ?? personOf(entry.from, draft);
    current.set(entry.from, author);
    if (entry.kind === 'rename') {
      draft.counts.renames += 1;
      if (!rename(author, entry.to, draft)) draft.counts.renamesToTheSame += 1;
      current.set(entry.to, author);
      continue;
    }
    if (rename(author, entry.from, draft)) draft.counts.namesPutBack += 1;
    members.add(author);
    const number = messages.length + 1;
    numbers.set(entry.n, number);
    draft.counts[entry.kind === 'action' ? 'actions' : 'messages'] += 1;
    messages.push({
      ...{ number, author, text: entry.text, claimedAtMs: entry.atMs },
      clientId: clientIdOf(entry),
      form: entry.kind === 'action' ? 'action' : 'text',
      replyTo: replyOf(entry.replyTo, numbers, { number, counts: draft.counts }),
    });
  }
  const id = uuidOf('import', 'conversation', title) as ConversationId;
  return { id, title, members: [...members], messages };
}

function personOf(nick: string, { people, names }: Draft): UserId {
  const id = uuidOf('import', 'person', nick) as UserId;
  if (!people.has(id)) {
    people.set(id, nick);
    names.set(id, nick);
  }
  return id;
}

/** False when she is called so already. */
function rename(person: UserId, to: string, { names, renames }: Draft): boolean {
  if (names.get(person) === to) return false;
  names.set(person, to);
  const list = renames.get(person) ?? [];
  renames.set(person, list);
  list.push(to);
  return true;
}

/** The first entry answered that is a message before this one. */
function replyOf(
  targets: readonly number[],
  numbers: ReadonlyMap<number, number>,
  { number, counts }: { readonly number: number; readonly counts: Counts },
): number | undefined {
  const found = targets
    .map((n) => numbers.get(n))
    .filter((target) => target !== undefined && target < number);
  if (targets.length > 0 && found.length === 0) counts.repliesToNothing += 1;
  if (found.length > 1) counts.repliesBeyondTheFirst += found.length - 1;
  return found[0];
}

/**
 * A UUIDv7 of the entry's own time; its random part is derived, so that a second run makes the
 * same.
 */
function clientIdOf({ conversation, n, atMs }: Entry): ClientId {
  const time = atMs.toString(16).padStart(12, '0');
  const rest = uuidOf('import', 'message', conversation, String(n)).slice(15);
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${rest}` as ClientId;
}
