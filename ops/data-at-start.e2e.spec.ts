import { cpSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Platform } from './compose.ts';
import { openPlatform } from './compose.ts';
import { readSettings } from './config/config.ts';
import { createGroup, register, send } from './journeys/testing.ts';

const base = mkdtempSync(join(tmpdir(), 'parley-damage-'));
const whole = join(base, 'whole');
const early = join(base, 'early.db');
let damaged = '';

beforeAll(async () => {
  for (const name of ['Ada', 'Ben']) {
    const platform = await start(whole);
    await sendAs(platform, name);
    await platform[Symbol.asyncDispose]();
    if (!existsSync(early)) cpSync(join(whole, 'events.db'), early);
  }
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  damaged = join(base, 'damaged');
  cpSync(whole, damaged, { recursive: true, preserveTimestamps: true });
});
afterEach(() => rmSync(damaged, { recursive: true, force: true }));

function start(folder: string): Promise<Platform> {
  const outcome = readSettings({ PARLEY_PORT: '0', PARLEY_DATA: folder }, folder);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  return openPlatform(outcome.settings.config);
}

/** A person comes, starts a group, says something, and finds it there. */
async function sendAs({ url }: Platform, name: string): Promise<void> {
  const person = await register(url, name);
  const group = await createGroup(person, []);
  const { position } = await send(person, group, `here is ${name}`);
  const { conversation } = await person.ask(
    `query ($id: ID!, $position: Position) {
      conversation(id: $id, atLeast: $position) { lastMessage { text } }
    }`,
    { id: group, position },
  );
  expect(conversation.lastMessage.text).toBe(`here is ${name}`);
}

const rubbish = 'neither a key nor a database '.repeat(200);
const inDamaged = (...path: readonly string[]) => join(damaged, ...path);

/** Refused with one sentence for a person; whoever opened what came before has closed it. */
async function refuses(sentence: RegExp): Promise<void> {
  const started = start(damaged);
  await expect(started).rejects.toMatchObject({ name: 'PlainError' });
  await expect(started).rejects.toThrow(sentence);
}

describe('a start on data that are damaged says in a sentence which, and what to do', () => {
  it.each([
    ['events.db', /The log .*events.db cannot be opened: the file is damaged. Restore it/],
    ['log.db', /log .*log.db cannot be used .* delete it .* the next start writes it anew/],
    ['root.key', /The root key .* is damaged .* restore it from your backup/],
    ['lock.db', /lock.db in .* is damaged .* delete it and start again/],
    ['postgres/password', /does not hold the password of the Postgres .* restore it/],
    ['postgres/data/global/pg_control', /Postgres did not start .*restore the data folder/],
  ])('%s', async (file, sentence) => {
    writeFileSync(inDamaged(file), rubbish);
    await refuses(sentence);
  });

  it('a log between workers that was cut off', async () => {
    truncateSync(inDamaged('log.db'), 9_000);
    await refuses(/log.db cannot be used/);
  });
});

describe('a start on things that do not belong together is refused', () => {
  it('where the root key is gone: a new one opens nothing', async () => {
    rmSync(inDamaged('root.key'));
    await refuses(/root.key is not the one .* put the one from your backup in its place/);
  });

  it('where the root key was lost before anybody came', async () => {
    const folder = join(base, 'empty');
    await (await start(folder))[Symbol.asyncDispose]();
    rmSync(join(folder, 'root.key'));
    await expect(start(folder)).rejects.toThrow(/root.key is not the one/);
  });

  it.each([
    ['is gone', () => rmSync(inDamaged('events.db'))],
    ['is older than the read models', () => cpSync(early, inDamaged('events.db'))],
  ])('where the log %s', async (_, harm) => {
    harm();
    await refuses(/The log ends at position \d+ and the read models .* from one backup/);
  });

  it('where the tables with the keys are gone, and again at the next try', async () => {
    rmSync(inDamaged('postgres'), { recursive: true });
    await refuses(/the tables hold none of the keys .* check PARLEY_DATA and DATABASE_URL/);
    await refuses(/the tables hold none of the keys/);
  });
});

describe('a start on data that can be made again makes them', () => {
  it('without the log between workers', async () => {
    rmSync(inDamaged('log.db'));
    await using platform = await start(damaged);
    await sendAs(platform, 'Cleo');
  });

  it('over a first start that was killed while Postgres made its folder', async () => {
    const folder = join(base, 'killed');
    cpSync(join(whole, 'postgres/data/global'), join(folder, 'postgres/data.new/global'), {
      recursive: true,
    });
    await using platform = await start(folder);
    await sendAs(platform, 'Dora');
  });
});
