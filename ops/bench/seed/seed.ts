// Seeds the folder PARLEY_DATA with the world PARLEY_TEST_WORLD, through the commands that clients
// use: every event is decided, sealed, flushed, relayed and projected as any other. Only passwords
// are left out: nobody logs in, tokens are issued here.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { openTokens } from '../../../api/auth/tokens.ts';
import type { Outcome } from '../../../commands/outcome.ts';
import type { ClientId, ConversationId, UserId } from '../../../domain/ids.ts';
import { encodeNodeId } from '../../../schemas/graphql/node-id.ts';
import type { Platform } from '../../compose.ts';
import { openPlatform } from '../../compose.ts';
import { openFlight } from '../../import/flight.ts';
import { settingsOr } from '../../settings.ts';
import type { History, World } from './world.ts';

const peopleCount = 1_000;
const groupMembers = 100;
const inboxConversations = 100;
const underWayMax = 2_000;
const yearMs = 365 * 24 * 60 * 60 * 1_000;

const { config } = settingsOr(process.cwd());
const largest = Number(/^history-(\d)$/.exec(process.env.PARLEY_TEST_WORLD ?? '')?.[1] ?? 0);
const platform = await openPlatform(config, { api: false });
const world = await makeWorld(platform);
writeFileSync(join(config.dataFolder, 'world.json'), JSON.stringify(world));
await platform[Symbol.asyncDispose]();

async function makeWorld(made: Platform): Promise<World> {
  const users = await registerAll(made);
  const people = await withTokens(made, users);
  const histories: History[] = [];
  for (let power = 2; power <= largest; power += 1) {
    histories.push(await makeHistory(made, users, 10 ** power));
  }
  const inboxOf = peopleCount - 1;
  if (largest > 0) await makeInbox(made, users, inboxOf);
  await settled(made);
  return { people, histories, inboxOf };
}

async function registerAll({ commands, machines, ...made }: Platform): Promise<readonly UserId[]> {
  const users = Array.from({ length: peopleCount }, () => v7() as UserId);
  await machines.vault.forSealing(users.map((subject) => ({ subject, month: null })));
  const flight = openFlight(underWayMax);
  for (const [at, userId] of users.entries()) {
    await flight.start(async () => {
      const facts = { kind: 'person', handle: undefined, origin: 'import' } as const;
      const name = `Person ${at}`;
      done(await commands.account(userId, { type: 'register', name, ...facts }));
    });
  }
  await flight.landed();
  await settled({ ...made, commands, machines });
  return users;
}

async function withTokens({ machines }: Platform, users: readonly UserId[]) {
  const { tables, rootKey, now } = machines;
  const tokens = await openTokens({ tables, rootKey, now, accessTokenMs: yearMs });
  return Promise.all(
    users.map(async (userId) => ({
      id: encodeNodeId({ type: 'Person', userId }),
      token: (await tokens.issue(userId)).accessToken,
    })),
  );
}

/** Members say something in turn; all at once, so that appends carry many. */
async function makeHistory(
  made: Platform,
  users: readonly UserId[],
  messages: number,
): Promise<History> {
  const members = users.slice(0, groupMembers);
  const id = await group(made, members, `History of ${messages}`);
  const flight = openFlight(underWayMax);
  let [first, last] = [0n, 0n];
  for (let at = 0; at < messages; at += 1) {
    await flight.start(async () => {
      const position = await say(made, { by: members[at % members.length], id, at });
      if (at === 0) first = position;
      if (position > last) last = position;
    });
    if (at % 100_000 === 99_999) console.log(`  ${at + 1} of ${messages} messages`);
  }
  await flight.landed();
  return {
    messages,
    conversationId: encodeNodeId({ type: 'Conversation', conversationId: id }),
    memberAt: 1,
    positions: { first: String(first), last: String(last) },
  };
}

/** Half of them direct, half of them groups of five; three messages in each. */
async function makeInbox(made: Platform, users: readonly UserId[], at: number): Promise<void> {
  const viewer = users[at] as UserId;
  const others = users.slice(groupMembers, groupMembers + inboxConversations);
  for (const [n, other] of others.entries()) {
    const id =
      n % 2 === 0
        ? done(await made.commands.openDirect(other, viewer)).conversationId
        : await group(made, [other, viewer, ...others.slice(0, 3)], `Group ${n}`);
    for (const by of [other, viewer, other]) await say(made, { by, id, at: n });
  }
}

async function group(
  { commands }: Platform,
  [owner, ...members]: readonly UserId[],
  title: string,
): Promise<ConversationId> {
  const id = v7() as ConversationId;
  const asked = { id, title, about: '', members, settings: {} };
  return done(await commands.createGroup(owner as UserId, asked)).conversationId;
}

async function say(
  { commands }: Platform,
  {
    by,
    id,
    at,
  }: { readonly by: UserId | undefined; readonly id: ConversationId; readonly at: number },
): Promise<bigint> {
  const outcome = await commands.sendMessage(by as UserId, {
    ...{ conversationId: id, clientId: v7() as ClientId, form: 'text', source: 'client' },
    text: `message ${at}`.padEnd(200, ' lorem ipsum'),
    ...{ replyTo: undefined, claimedAtMs: undefined },
  });
  done(outcome);
  return outcome.kind === 'done' ? outcome.position : 0n;
}

async function settled({ machines, progress }: Platform): Promise<void> {
  const head = await machines.eventStore.head();
  const reached = await progress.waitFor(head, { timeoutMs: 3_600_000 });
  if (reached < head) throw new Error('the read models did not come after');
}

function done<Answer>(outcome: Outcome<Answer, object>): Answer {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.answer;
}
