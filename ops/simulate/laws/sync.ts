import type { FinalPage, SeenMessage } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Known, Message } from './known.ts';
import { named } from './known.ts';
import type { Law } from './law.ts';

const sync = 9;
const rebuilt = 10;

/**
 * Laws 9 and 10 compare whole histories of one person and conversation at the end: a device's with
 * the fresh timeline, and one timeline with another. Of each message a small mark is kept, so that
 * millions fit.
 */
export function comparisonLaws(known: Known, { report }: Findings): readonly [Law, Law] {
  const timelines = new Map<string, Digest>();
  const devices: HeldDigest[] = [];
  const syncLaw: Law = {
    number: sync,
    sentence: 'First page plus live events equals a fresh first page.',
    wholeHistory: (whole, { line }) => {
      if (whole.line !== 'device') return;
      const { session, whole: isWhole = false } = whole;
      const key = keyOf(whole);
      devices.push({ ...digestOf(whole, line), device: session ?? '?', key, isWhole });
    },
    end: () => {
      for (const device of [...devices, ...unheardOf(known, devices)]) {
        const fresh = timelines.get(device.key);
        const differs = fresh && differenceOf(device, { fresh, known });
        if (!differs) continue;
        const says = `device ${device.device} of ${device.person}, ${device.conversation}: `;
        report({ ...differs, law: sync, line: device.line, says: says + differs.says });
      }
    },
  };
  const rebuildLaw: Law = {
    number: rebuilt,
    sentence: 'A rebuild equals what was built live, row for row.',
    wholeHistory: (whole, { line }) => {
      if (whole.line !== 'timeline') return;
      const key = keyOf(whole);
      const before = timelines.get(key);
      const digest = digestOf(whole, line);
      timelines.set(key, before ?? digest);
      if (before === undefined || isSame(before, digest)) return;
      const says =
        `two timelines of ${whole.person} in ${whole.conversation} differ ` +
        `(lines ${before.line} and ${line}).`;
      report({ law: rebuilt, kind: 'timelines-differ', line, says });
    },
    rebuild: ({ projection, differing }, { line }) => {
      if (differing.length === 0) return;
      const says = `${projection} built anew differs in ${differing.length} rows: ${differing[0]}.`;
      report({ law: rebuilt, kind: 'rebuild-differs', line, says });
    },
  };
  return [syncLaw, rebuildLaw];
}

/** What a device holds of a conversation. */
type HeldDigest = Digest & {
  readonly device: string;
  readonly key: string;
  readonly isWhole: boolean; // down to the beginning
};

/** What devices of whom all is told say nothing of: they hold nothing, and never heard of it. */
function* unheardOf({ finals }: Known, devices: readonly HeldDigest[]): Generator<HeldDigest> {
  const held = new Set(devices.map(({ device, key }) => `${device} ${key}`));
  for (const [person, { line, rows, devices: hers }] of finals) {
    for (const conversation of rows) {
      for (const device of hers) {
        const key = keyOf({ person, conversation });
        if (held.has(`${device} ${key}`)) continue;
        const nothing = { first: 0, marks: new Int32Array(0), isWhole: true };
        yield { person, conversation, line, device, key, ...nothing };
      }
    }
  }
}

type Digest = {
  readonly person: string;
  readonly conversation: string;
  readonly line: number;
  readonly first: number; // 0: it is empty
  readonly marks: Int32Array;
};

function keyOf({ person, conversation }: Pick<FinalPage, 'person' | 'conversation'>): string {
  return `${person} ${conversation}`;
}

function digestOf({ person, conversation, messages }: FinalPage, line: number): Digest {
  const marks = new Int32Array(messages.length);
  for (const [at, seen] of messages.entries()) marks[at] = markOf(seen);
  return { person, conversation, line, first: messages[0]?.number ?? 0, marks };
}

/** What somebody sees of a message, as one number: FNV-1a. */
function markOf({ state, text, author, replyTo }: SeenMessage): number {
  let mark = 0x811c9dc5;
  for (const part of [state, text ?? '', author, replyTo === null ? '' : String(replyTo)]) {
    for (let at = 0; at < part.length; at += 1) {
      mark = Math.imul(mark ^ part.charCodeAt(at), 0x01000193);
    }
    mark = Math.imul(mark ^ 0xff, 0x01000193);
  }
  return mark;
}

function isSame(one: Digest, other: Digest): boolean {
  if (one.first !== other.first || one.marks.length !== other.marks.length) return false;
  return one.marks.every((mark, at) => mark === other.marks[at]);
}

/**
 * A device holds its history from its first page on, and forgets nothing by itself; what it holds
 * from before the fresh one begins was cleared since.
 */
function differenceOf(
  device: HeldDigest,
  { fresh, known }: { readonly fresh: Digest; readonly known: Known },
): { readonly kind: string; readonly says: string } | null {
  const [deviceEnds, freshEnds] = [endOf(device), endOf(fresh)];
  if (deviceEnds < freshEnds) {
    const has = device.first === 0 ? 'nothing' : `up to number ${deviceEnds}`;
    const says = `it has ${has}; a fresh read has up to ${freshEnds}.`;
    return { kind: 'device-lacks', says };
  }
  if (deviceEnds > freshEnds) {
    const says = `it has up to number ${deviceEnds}; a fresh read has up to ${freshEnds}.`;
    return { kind: 'device-has-more', says };
  }
  if (device.isWhole && device.first !== fresh.first) {
    const says = `it begins with number ${device.first}; a fresh read begins with ${fresh.first}.`;
    return { kind: device.first > fresh.first ? 'device-lacks' : 'device-has-more', says };
  }
  for (let number = Math.max(device.first, fresh.first); number <= freshEnds; number += 1) {
    const mark = device.marks[number - device.first];
    if (mark === fresh.marks[number - fresh.first]) continue;
    const message = known.conversations.get(device.conversation)?.byNumber[number];
    const what = message === undefined ? `number ${number}` : named(message);
    const says =
      `${what} is ${inWords(mark, message)} there, ` +
      `and ${inWords(fresh.marks[number - fresh.first], message)} in a fresh read.`;
    return { kind: 'device-differs', says };
  }
  return null;
}

function endOf({ first, marks }: Digest): number {
  return first === 0 ? 0 : first + marks.length - 1;
}

/** Which of the things that the message can look like has this mark. */
function inWords(mark: number | undefined, message: Message | undefined): string {
  if (mark === undefined) return 'missing';
  if (message === undefined) return 'otherwise';
  const { author, text, replyTo, conversation, number } = message;
  const texts = [text, ...(conversation.edits.get(number) ?? []).map((edit) => edit.text)];
  const found = texts.find((one) => mark === markOf(seenAs({ author, replyTo, text: one })));
  if (found !== undefined) return `“${found}”`;
  const isDeleted =
    mark === markOf({ ...seenAs({ author, replyTo, text: null }), state: 'deleted' });
  return isDeleted ? 'deleted' : 'something else';
}

function seenAs(of: Pick<SeenMessage, 'author' | 'replyTo' | 'text'>): SeenMessage {
  return { ...of, number: 0, message: null, state: 'present' };
}
