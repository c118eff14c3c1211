import type { Defect } from './defect.ts';

const room = 'ops/adapters/event-store/server/persistent';
const property = { spec: `${room}/group.int.spec.ts`, test: 'whatever happens' };

/** In what speaks the protocol of EventStoreDB: our server, its subscriptions, and our driver. */
export const protocolDefects: readonly Defect[] = [
  {
    name: 'checkpoint-over-a-hole',
    says: 'a checkpoint goes past an event that nobody has settled yet, so a restart loses it',
    breaks: 'promise: a group loses nothing',
    file: `${room}/progress.ts`,
    text: 'for (const first of open) return first - 1;',
    instead: '',
    caughtBy: [
      { spec: `${room}/progress.spec.ts` },
      { spec: `${room}/restart.int.spec.ts`, test: 'brings again what was settled out of order' },
    ],
  },
  {
    name: 'in-hand-is-lost',
    says: 'what a consumer had in hand when it died is brought to nobody else',
    breaks: 'promise: a group loses nothing',
    file: `${room}/group.ts`,
    text: 'putBack(running, { ...message, retries: message.retries + 1 }); // told, but no failure',
    instead: 'void message;',
    caughtBy: [
      property,
      { spec: `${room}/consuming.int.spec.ts`, test: 'inherit what one that dies had in hand' },
    ],
  },
  {
    name: 'replayed-is-forgotten',
    says: 'a parked event is forgotten when it is replayed, before anybody has settled it',
    breaks: 'promise: a group loses nothing',
    file: `${room}/parking.ts`,
    text: "progress.read(link.revision, event ? 'open' : 'passed');",
    instead: "progress.read(link.revision, 'passed');",
    caughtBy: [{ spec: `${room}/restart.int.spec.ts`, test: 'keeps what was parked' }],
  },
  {
    name: 'retried-for-ever',
    says: 'an event that fails every time is retried for ever and never parked',
    breaks: 'promise: what cannot be brought is parked after its retries',
    file: `${room}/settle.ts`,
    text: 'if (retries >= maxRetryCount)',
    instead: 'if (retries > maxRetryCount * 1_000_000)',
    caughtBy: [{ spec: `${room}/consuming.int.spec.ts`, test: 'is parked after its retries' }],
  },
  {
    name: 'group-follows-itself',
    says: 'a group on $all brings what it writes about itself, and so writes for ever',
    breaks: 'promise: a group comes to rest',
    file: `${room}/fill.ts`,
    text: 'if (definition.stream === allStream && isOfGroups(event.stream)) return false;',
    instead: 'void isOfGroups;',
    caughtBy: [{ spec: `${room}/groups.int.spec.ts`, test: 'comes to rest' }],
  },
  {
    name: 'still-consumer-fills-memory',
    says: 'events are written to a connection that takes nothing, and wait in memory',
    breaks: 'promise: a slow consumer costs no memory',
    file: `${room}/consumer.ts`,
    text: ' && link.ready()',
    instead: ' && link !== null',
    caughtBy: [
      { spec: `${room}/group.int.spec.ts`, test: 'whose connection takes nothing' },
      { spec: `${room}/consuming.int.spec.ts`, test: 'no more than its connection takes' },
    ],
  },
  {
    name: 'reads-cancelled-by-the-thousand',
    says: 'every read of the event store is cancelled at its end, so a server ends the connection',
    breaks: 'promise: 2,000 people can be imported at once',
    file: 'ops/adapters/event-store/eventstoredb/read.ts',
    text: 'if (!ended) void reading.cancel()',
    instead: 'void reading.cancel()',
    caughtBy: [{ spec: 'ops/adapters/event-store/eventstoredb/read.spec.ts' }],
  },
  {
    name: 'filter-without-end',
    says: 'a client’s filter may try exponentially many ways, and no append is taken meanwhile',
    breaks: 'promise: a client’s filter cannot stop the log',
    file: 'ops/adapters/event-store/server/expression.ts',
    text: "if (isMuch && repeated !== '') return true;",
    instead: '',
    caughtBy: [{ spec: 'ops/adapters/event-store/server/expression.spec.ts' }],
  },
  {
    name: 'put-back-out-of-order',
    says: 'what several consumers had in hand comes again in the order in which they left',
    breaks: 'promise: what comes again is in the order of the log',
    file: 'ops/adapters/event-store/server/persistent/again.ts',
    text: 'returned.toSorted((a, b) => a.position - b.position)',
    instead: '[...returned]',
    caughtBy: [{ spec: 'ops/adapters/event-store/server/persistent/again.spec.ts' }],
  },
];
