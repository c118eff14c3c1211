import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { v7 } from 'uuid';
import type { Somebody } from '../bench/load/people.ts';
import { createGroup, registerMany } from '../bench/load/people.ts';
import type { Fault, Lab } from './fault.ts';
import type { Subject } from './platform.ts';
import { startWhole } from './platform.ts';
import { carryOut } from './recorder/asking.ts';
import { runScript } from './recorder/final-reads.ts';
import type { Reply } from './recorder/recorder.ts';

const messages = 40;

/** One bit of what lies on the disk is another one, as after years on a shelf. */
export const flippedByte: Fault = {
  name: 'flipped-byte',
  says: 'a byte is flipped in a stored event, in a page of the log, and in a row of the timeline',
  rounds: 3,
  missing: () => null,
  run: async (lab) => {
    for (let round = 0; round < lab.rounds; round += 1) {
      const flip = flips[round % flips.length];
      if (flip) await flip(lab);
    }
  },
};

/** A conversation with something in it, on a platform that can be stopped and started. */
type Scene = {
  readonly subject: Subject;
  readonly ada: Somebody;
  readonly room: string;
  readonly other: string; // another conversation, which must go on
  send(conversation: string): Promise<Reply>;
  read(): Promise<Reply>;
  restart(): Promise<string | null>; // what it said where it did not start
  stop(): Promise<void>;
};

async function openScene({ code }: Lab): Promise<Scene> {
  const subject = await startWhole({ code });
  const url = subject.urls[0] ?? '';
  const [program] = subject.programs;
  const [ada] = await registerMany(url, 1);
  if (!ada || !program) throw new Error('there is nobody');
  const [room, other] = [await createGroup(url, ada, []), await createGroup(url, ada, [])];
  const send = (conversation: string) =>
    carryOut({
      ...{ url, who: ada },
      asked: {
        do: 'send',
        conversation,
        message: v7(),
        text: 'a text of some length',
        replyTo: null,
      },
    });
  let newest: string | null = null;
  for (let sent = 0; sent < messages; sent += 1) newest = (await send(room)).position ?? newest;
  return {
    ...{ subject, ada, room, other, send },
    read: () =>
      carryOut({ url, who: ada, asked: { do: 'read-page', conversation: room, atLeast: newest } }),
    restart: () =>
      program.start().then(
        () => null,
        (cause: Error) => cause.message,
      ),
    stop: async () => {
      await program.stop();
    },
  };
}

/** A wrong byte in a message: its conversation is refused, others go on, what is read stays. */
async function inAnEvent(lab: Lab): Promise<void> {
  const scene = await openScene(lab);
  await using _ = scene.subject;
  await scene.stop();
  const file = join(scene.subject.folder, 'events.db');
  flipAt(file, placeOf(file, bodyOfALateMessage(file)));
  await scene.restart();
  const [damaged, sound, page] = [
    await scene.send(scene.room),
    await scene.send(scene.other),
    await scene.read(),
  ];
  const causes = scene.subject.programs.map((program) => program.said()).join('\n');
  const named = /The event at position \d+ [^"]* is damaged on disk[^"]*/.exec(causes)?.[0];
  lab.tell({
    ...{ what: 'a byte of a stored event', acknowledged: messages, operations: messages + 3 },
    violations: [
      ...(damaged.outcome === 'ok' ? ['a message was decided upon a damaged history'] : []),
      ...(damaged.code === 'INTERNAL' ? ['the refusal is no plain sentence'] : []),
      ...(named ? [] : ['nothing says which event is damaged']),
      ...(sound.outcome === 'ok' ? [] : ['another conversation stands still']),
      ...(page.page?.messages.length === messages ? [] : ['what the timeline holds is not shown']),
    ],
    read: [damaged.said, named].filter((line) => line !== undefined),
  });
}

/** A wrong byte in a page of the file itself: it does not start, and says what to do. */
async function inAPage(lab: Lab): Promise<void> {
  const scene = await openScene(lab);
  await using _ = scene.subject;
  await scene.stop();
  flipAt(join(scene.subject.folder, 'events.db'), 4_096); // the kind of the second page
  const said = (await scene.restart()) ?? '';
  const plain = /The log \S+ cannot be opened: the file is damaged[^\n]*/.exec(said)?.[0];
  lab.tell({
    ...{ what: 'a byte of a page of the log', acknowledged: messages, operations: messages },
    violations: plain ? [] : [`it is not refused in a sentence: ${said.slice(0, 300)}`],
    read: plain ? [plain.replace(/The log \S+/, 'The log …')] : [],
  });
}

/** A wrong byte in a row: it is not shown, and a rebuild puts it right. */
async function inARow(lab: Lab): Promise<void> {
  const scene = await openScene(lab);
  await using _ = scene.subject;
  const before = await scene.read();
  const last = before.page?.messages.at(-1)?.message ?? '';
  await scene.stop();
  const flipped = flipInPostgres(join(scene.subject.folder, 'postgres/data/base'), last);
  await scene.restart();
  const [page, sound] = [await scene.read(), await scene.send(scene.other)];
  const rebuilt = await runScript(lab.code, ['ops/rebuild.ts', 'timeline', '--without-comparing'], {
    PARLEY_DATA: scene.subject.folder,
  });
  const healed = await scene.read();
  const isWhole = JSON.stringify(healed.page) === JSON.stringify(before.page);
  lab.tell({
    ...{
      what: 'a byte of a row of the timeline',
      acknowledged: messages,
      operations: messages + 3,
    },
    violations: [
      ...(flipped > 0 ? [] : ['the text was found in no file']),
      ...(page.outcome === 'ok' ? ['a damaged page was shown'] : []),
      ...(page.code === 'INTERNAL' ? ['the refusal is no plain sentence'] : []),
      ...(sound.outcome === 'ok' ? [] : ['nothing can be sent']),
      ...(isWhole ? [] : [`a rebuild does not put it right: ${rebuilt.trim().slice(-300)}`]),
    ],
    read: [page.said, rebuilt.trim().split('\n').at(-1)].filter((line) => line !== undefined),
  });
}

const flips = [inAnEvent, inAPage, inARow];

function bodyOfALateMessage(file: string): Buffer {
  using database = new DatabaseSync(file, { readOnly: true });
  const row = database
    .prepare(`select body from event where type = 'message-sent' order by position desc limit 1`)
    .get();
  return Buffer.from(row?.body as Uint8Array);
}

function placeOf(file: string, bytes: Buffer): number {
  const at = readFileSync(file).indexOf(bytes.subarray(0, 200));
  if (at < 0) throw new Error('the event was not found in the file');
  return at + 150;
}

/** In every file that holds the text: indexes may have it, too. */
function flipInPostgres(folder: string, text: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  let flipped = 0;
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const at = readFileSync(path).indexOf(text);
    if (at < 0) continue;
    flipAt(path, at + 2);
    flipped += 1;
  }
  return flipped;
}

function flipAt(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
}
