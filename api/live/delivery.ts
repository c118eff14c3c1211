import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { ApiContext } from '../context.ts';
import type { Device } from './device.ts';
import type { Happening } from './happening.ts';
import { happeningOf } from './happening.ts';
import type { LiveReads } from './live-reads.ts';
import type { Present, Rooms } from './rooms.ts';
import type { LiveRoot } from './roots.ts';
import { rootsFor, sentRoot } from './roots.ts';
import type { FrameFacts, Looker } from './scope.ts';
import { needsReadModels, scopeKey } from './scope.ts';

export type Recipients = ReadonlyMap<Present<Device>, number>; // with the first number each may see

export type DeliveryDependencies = {
  readonly rooms: Rooms<Device>;
  readonly reads: LiveReads;
  readonly contextFor: (viewer: UserId) => object;
  readonly readModelWaitMs: number;
  /** Told of each event of an account once its row is there, before a frame of it is made. */
  readonly changed: (userId: UserId) => void;
  /** Counts executions of documents. */
  readonly executed: (times: number) => void;
};

/** Makes the frames of one event and hands them to the devices of those who may see it. */
export async function deliver(
  recorded: ParleyEvent,
  dependencies: DeliveryDependencies,
): Promise<void> {
  if (recorded.category === 'account') {
    await waitForRow(recorded, dependencies);
    dependencies.changed(recorded.userId);
  }
  const happening = happeningOf(recorded);
  if (!happening) return;
  const recipients = await recipientsOf(recorded, happening, dependencies);
  if (recipients.size === 0) return;
  if (isOwnToo(happening)) await deliverOwn(happening, dependencies);
  const sent = sentRoot(recorded, happening);
  if (!sent || someoneReads(recipients, sent)) await waitForRow(recorded, dependencies);
  await deliverTo(recipients, happening, { ...dependencies, sent });
}

/** Sends a root that everybody sees alike (typing). */
export async function deliverRoot(
  root: LiveRoot,
  recipients: Recipients,
  { contextFor, executed }: DeliveryDependencies,
): Promise<void> {
  const audiences = audiencesOf(recipients, () => '');
  await toAudiences(audiences, null, { rootFor: async () => root, contextFor });
  executed(audiences.length);
}

/** Marks move for everybody who may see them, and settings of her own devices with them. */
function isOwnToo({ typeName }: Happening): boolean {
  return typeName === 'MarksMoved';
}

async function deliverOwn(happening: Happening, dependencies: DeliveryDependencies): Promise<void> {
  const { conversationId, person } = happening;
  const own = person && dependencies.rooms.person(person);
  if (!own || !conversationId) return;
  const mine = { ...happening, typeName: 'ParticipationChanged' };
  await dependencies.reads.waitForKey(
    conversationId,
    happening.position,
    dependencies.readModelWaitMs,
  );
  await deliverTo(new Map([[own, 1]]), mine, { ...dependencies, sent: null });
}

async function deliverTo(
  recipients: Recipients,
  happening: Happening,
  dependencies: DeliveryDependencies & { readonly sent: LiveRoot | null },
): Promise<void> {
  const { reads, contextFor, sent, executed } = dependencies;
  const rootFor = async (viewer: UserId): Promise<LiveRoot | null> =>
    sent ?? (await rootsFor(viewer, [happening], reads))[0] ?? null;
  const facts = sent ? sent.facts : await factsOf(recipients, rootFor);
  if (facts === null) return;
  const hidden = await hiddenBy(recipients, { happening, facts }, reads);
  const audiences = audiencesOf(recipients, (device, seen) => {
    const looker = { ...seen, hides: hidden.get(seen.userId) ?? nothing };
    if (looker.hides.has(messageAtHand(happening) ?? 0)) return null;
    return scopeKey(device.sharing.get(happening.typeName) ?? noFields, facts, looker);
  });
  await toAudiences(audiences, happening, { rootFor, contextFor });
  executed(audiences.length);
}

const noFields: ReadonlySet<string> = new Set();
const nothing: ReadonlySet<number> = new Set();

/** What each hid of the message at hand and the one it answers. One just sent nobody has hidden. */
async function hiddenBy(
  recipients: Recipients,
  { happening, facts }: { readonly happening: Happening; readonly facts: FrameFacts },
  reads: LiveReads,
): Promise<ReadonlyMap<UserId, ReadonlySet<number>>> {
  const { conversationId } = happening;
  const atHand = facts.fresh ? null : messageAtHand(happening);
  const numbers = [atHand, facts.replyTo].filter((number) => number !== null);
  if (conversationId === null || numbers.length === 0) return new Map();
  const users = [...recipients.keys()].map(({ userId }) => userId);
  return reads.hidden(users, { conversationId, numbers });
}

/** Pinning names a message and shows none. */
function messageAtHand({ number, typeName }: Happening): number | null {
  return typeName === 'ConversationChanged' ? null : number;
}

async function factsOf(
  recipients: Recipients,
  rootFor: (viewer: UserId) => Promise<LiveRoot | null>,
): Promise<FrameFacts | null> {
  for (const { userId } of recipients.keys()) {
    const root = await rootFor(userId);
    if (root) return root.facts;
  }
  return null;
}

/** Devices that get the same bytes: one execution serves them, seen by the eyes of the first. */
type Audience = {
  readonly viewer: UserId;
  readonly seesFrom: number;
  readonly devices: [Device, ...Device[]];
};

/** By shape of document and by scope; no scope: nothing of it may be seen. */
function audiencesOf(
  recipients: Recipients,
  scopeOf: (device: Device, seen: Omit<Looker, 'hides'>) => string | null,
): readonly Audience[] {
  const found: Audience[] = [];
  const byShape = new Map<string, Map<string, Audience>>();
  for (const [{ userId, readMarks, devices }, seesFrom] of recipients) {
    for (const device of devices) {
      const scope = device.gone() ? null : scopeOf(device, { userId, seesFrom, readMarks });
      if (scope === null) continue;
      const byScope = byShape.get(device.shape.key) ?? new Map<string, Audience>();
      byShape.set(device.shape.key, byScope);
      const audience = byScope.get(scope);
      if (audience) {
        audience.devices.push(device);
      } else {
        const first: Audience = { viewer: userId, seesFrom, devices: [device] };
        byScope.set(scope, first);
        found.push(first);
      }
    }
  }
  return found;
}

async function toAudiences(
  audiences: readonly Audience[],
  happening: Happening | null, // null: nothing stored
  {
    rootFor,
    contextFor,
  }: {
    readonly rootFor: (viewer: UserId) => Promise<LiveRoot | null>;
    readonly contextFor: (viewer: UserId) => object;
  },
): Promise<void> {
  await Promise.all(
    audiences.map(async ({ viewer, seesFrom, devices }) => {
      const root = await rootFor(viewer);
      if (!root) return;
      const context = { ...contextFor(viewer), ...atHandOf(happening, seesFrom) };
      const frame = await devices[0].shape.frame(root.source, context);
      for (const device of devices) device.live(happening?.position ?? null, frame);
    }),
  );
}

function atHandOf(happening: Happening | null, seesFrom: number): Pick<ApiContext, 'atHand'> {
  const number = happening && messageAtHand(happening);
  const conversationId = happening?.conversationId ?? null;
  if (number === null || conversationId === null) return {};
  return { atHand: { conversationId, number, seesFrom } };
}

async function recipientsOf(
  recorded: ParleyEvent,
  happening: Happening,
  { rooms, reads }: DeliveryDependencies,
): Promise<Recipients> {
  if (recorded.category === 'account') return companions(recorded.userId, { rooms, reads });
  const members = rooms.members(recorded.conversationId);
  const { typeName, person } = happening;
  if (typeName === 'ParticipationChanged') {
    const own = person && rooms.person(person);
    return own ? new Map([[own, members.get(own) ?? 1]]) : new Map();
  }
  const number = messageAtHand(happening);
  if (number === null || typeName === 'MessageSent') return members;
  return new Map([...members].filter(([, seesFrom]) => seesFrom <= number));
}

/** The person herself, and whoever here shares a conversation with her. */
async function companions(
  userId: UserId,
  { rooms, reads }: Pick<DeliveryDependencies, 'rooms' | 'reads'>,
): Promise<Recipients> {
  const found = new Map<Present<Device>, number>();
  const own = rooms.person(userId);
  if (own) found.set(own, 1);
  for (const { conversationId } of await reads.memberships(userId)) {
    for (const present of rooms.members(conversationId as ConversationId).keys()) {
      found.set(present, 1);
    }
  }
  return found;
}

/**
 * A document may ask a message just sent for more than the event says: then its row must be there.
 */
function someoneReads(recipients: Recipients, sent: LiveRoot): boolean {
  for (const { devices } of recipients.keys()) {
    for (const { sharing } of devices) {
      if (needsReadModels(sharing.get('MessageSent') ?? new Set(), sent.facts)) return true;
    }
  }
  return false;
}

async function waitForRow(
  recorded: ParleyEvent,
  { reads, readModelWaitMs }: DeliveryDependencies,
): Promise<void> {
  const key = recorded.category === 'account' ? recorded.userId : recorded.conversationId;
  const reached = await reads.waitForKey(key, recorded.position, readModelWaitMs);
  if (reached < recorded.position) throw new Error('the read models are too far behind');
}
