import type { UserId } from '../../../domain/ids.ts';
import type { Frame, SeenMessage } from '../history.ts';
import type { Life } from '../life.ts';
import type { Network, Wire } from '../network.ts';
import type { Random } from '../random.ts';
import type { Recorder, Who } from '../recorder.ts';
import { documents } from './documents.ts';
import type { Answer } from './requests.ts';
import { idIn, pageVariables, seenIn } from './requests.ts';

/**
 * A device that holds what it read first and what came live since, and comes back when it is cut.
 */
export type Device = {
  readonly who: Who;
  /** Messages by conversation and number. */
  readonly holds: ReadonlyMap<string, ReadonlyMap<number, SeenMessage>>;
  /** Up to here it was told that it holds everything; null before the first time. */
  cursor(): string | null;
  /** Whether nothing is being read at this moment, and the socket stands. */
  settled(): boolean;
  cut(): void;
  stop(): void;
};

export type DeviceOptions = {
  readonly who: Who;
  readonly network: Network;
  readonly life: Life; // of the person's world, which never ends
  readonly random: Random;
  readonly recorder: Recorder;
};

type State = {
  readonly holds: Map<string, Map<number, SeenMessage>>;
  readonly loading: Map<string, Answer[]>; // frames that came meanwhile
  after: string | null; // where the subscription began
  cursor: string | null;
  wire: Wire | null;
  over: boolean;
};

const backoffMs = 300;

export function openDevice(options: DeviceOptions): Device {
  const state: State = {
    ...{ holds: new Map(), loading: new Map() },
    ...{ after: null, cursor: null, wire: null, over: false },
  };
  void begin(state, options);
  return {
    who: options.who,
    holds: state.holds,
    cursor: () => state.cursor,
    settled: () => state.wire !== null && state.loading.size === 0,
    cut: () => state.wire?.cut(),
    stop: () => {
      state.over = true;
      state.wire?.cut();
    },
  };
}

/** The cursor first, then the first pages: what happens in between comes again. */
async function begin(state: State, options: DeviceOptions): Promise<void> {
  const { who, network } = options;
  const inbox = await network.ask(who.person as UserId, {
    ...{ text: documents.inbox, variables: { atLeast: null } },
  });
  const viewer: Answer = inbox?.data?.viewer;
  if (!viewer) return again(options, () => begin(state, options));
  state.after = viewer.cursor;
  state.cursor = viewer.cursor;
  for (const { node } of viewer.inbox.edges) await load(idIn(node.id), state, options);
  connect(state, options);
}

async function again({ life, random }: DeviceOptions, run: () => unknown): Promise<void> {
  life.inside(random.around(backoffMs), () => void run());
}

/** Reads a whole history, then what came of it meanwhile. */
async function load(conversation: string, state: State, options: DeviceOptions): Promise<void> {
  if (state.loading.has(conversation)) return;
  state.loading.set(conversation, []);
  const messages = await history(conversation, options);
  if (messages === null) {
    return again(options, () => {
      const missed = state.loading.get(conversation) ?? [];
      state.loading.delete(conversation);
      void load(conversation, state, options);
      state.loading.get(conversation)?.push(...missed);
    });
  }
  state.holds.set(conversation, new Map(messages.map((seen) => [seen.number, seen])));
  const missed = state.loading.get(conversation) ?? [];
  state.loading.delete(conversation);
  for (const event of missed) applyInTurn(event, state, options);
}

/** All pages of it; null when one could not be read. */
export async function history(
  conversation: string,
  { who, network }: Pick<DeviceOptions, 'who' | 'network'>,
): Promise<readonly SeenMessage[] | null> {
  const found: SeenMessage[] = [];
  for (let before: string | null = null; ; ) {
    const variables = { ...pageVariables(conversation), before };
    const result = await network.ask(who.person as UserId, { text: documents.page, variables });
    if (!result?.data || result.errors) return null;
    const page = (result.data as Answer).conversation?.messages;
    if (!page) return found;
    found.unshift(...page.edges.map(({ node }: Answer) => seenIn(node)));
    if (!page.pageInfo.hasPreviousPage) return found;
    before = page.pageInfo.startCursor;
  }
}

function connect(state: State, options: DeviceOptions): void {
  const { who, network, recorder } = options;
  if (state.over) return;
  const wire = network.connect({
    message: (text) => hear(JSON.parse(text), state, options),
    closed: () => {
      if (state.wire !== wire) return;
      state.wire = null;
      recorder.write({ line: 'cut', atMs: recorder.atMs(), ...who, cursor: state.cursor });
      void again(options, () => connect(state, options));
    },
  });
  if (!wire) return void again(options, () => connect(state, options));
  state.wire = wire;
  recorder.write({ line: 'connected', atMs: recorder.atMs(), ...who, cursor: state.cursor });
  const payload = { authorization: `Bearer ${who.person}`, cursor: state.cursor };
  wire.send(JSON.stringify({ type: 'connection_init', payload }));
}

function hear(message: Answer, state: State, options: DeviceOptions): void {
  const say = (said: object) => state.wire?.send(JSON.stringify(said));
  if (message.type === 'connection_ack') {
    // As standard clients do: the same payload each time, the newest cursor in the first word.
    const payload = { query: documents.live, variables: { after: state.after } };
    say({ type: 'subscribe', id: 'events', payload });
  } else if (message.type === 'next') {
    if (message.payload.errors) throw new Error(JSON.stringify(message.payload.errors));
    take(message.payload.data.events, state, options);
  } else if (message.type === 'ping') {
    say({ type: 'pong' });
  } else if (message.type === 'error' || message.type === 'complete') {
    state.wire?.cut();
  }
}

const kinds: Readonly<Record<string, Frame['kind']>> = {
  MessageSent: 'sent',
  MessageEdited: 'edited',
  MessageDeleted: 'deleted',
  MembersChanged: 'members',
};

function take(event: Answer, state: State, options: DeviceOptions): void {
  if (event.__typename === 'Progress') {
    state.cursor = event.cursor;
    return;
  }
  if (!event.conversationId) return;
  const conversation = idIn(event.conversationId);
  const { recorder, who } = options;
  if (event.revision !== undefined) {
    const { revision, position } = event;
    recorder.write({
      ...{ line: 'frame', atMs: recorder.atMs(), ...who, conversation, revision, position },
      kind: kinds[event.__typename] ?? 'other',
      ...(event.message && { shown: seenIn(event.message) }),
      ...(event.joined && { joined: event.joined.map(personOf), left: event.left.map(personOf) }),
    });
  }
  applyInTurn(event, state, options);
}

/** Behind the page that is being read, if one is: that page may be older. */
function applyInTurn(event: Answer, state: State, options: DeviceOptions): void {
  const loading = state.loading.get(idIn(event.conversationId));
  if (loading) loading.push(event);
  else apply(event, state, options);
}

function personOf({ person }: Answer): string {
  return idIn(person.id);
}

/** What she cleared is gone, also as that which others answer. */
function clear(held: Map<number, SeenMessage>, upTo: number): void {
  for (const [number, seen] of held) {
    if (number <= upTo) held.delete(number);
    else if (seen.replyTo !== null && seen.replyTo <= upTo) {
      held.set(number, { ...seen, replyTo: null });
    }
  }
}

/** The later state wins. Who comes in reads the history first; who goes hears no more of it. */
function apply(event: Answer, state: State, options: DeviceOptions): void {
  const conversation = idIn(event.conversationId);
  const held = state.holds.get(conversation);
  const isMe = (member: Answer): boolean => personOf(member) === options.who.person;
  const comesIn = event.joined?.some(isMe);
  if (event.left?.some(isMe)) return void state.holds.delete(conversation);
  if (comesIn) return void load(conversation, state, options);
  if (!held) {
    // She came in while this device was away: of a channel only her own settings tell it.
    if (event.my?.member) return void load(conversation, state, options);
    if (event.revision === undefined) return;
    void load(conversation, state, options);
    state.loading.get(conversation)?.push(event); // a page may be older than a frame
    return;
  }
  if (event.message) held.set(event.message.number, seenIn(event.message));
  if (event.my) clear(held, event.my.clearedUpTo);
}
