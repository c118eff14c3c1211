import type { SocketLimits } from './live/connection.ts';
import type { GatewayLimits } from './live/gateway.ts';

/** Every limit of the edge; whoever meets one is answered LIMITED or BAD_INPUT with the way out. */
export const limits = {
  bodyBytesMax: 65_536, // of an HTTP request: the longest text, escaped, and its document
  tokensMax: 2_000, // of a document; an introspection has 163
  depthMax: 12, // of a document's selections: an inbox with messages and their readers takes 11
  aliasesMax: 50, // in a document: each asks the same again
  costMax: 20_000, // points of one request; an inbox of 100 with 50 messages each takes 10,303
  pageRowsMax: 100, // of any page: more than a screen, less than a frame may hold
  searchRowsMax: 50, // of a page of what was found: each hit is looked at again
  searchRoundsMax: 8, // questions to the engine for a page, as hits that may not be seen drop out
  searchCharactersMax: 256, // of a query: longer than anything that somebody types
  nodesMax: 100, // ids of one `nodes`, as it is a page
  personIdsMax: 1_000, // people named in one input: a whole group
  atLeastWaitMs: 2_000, // for read models to reach a position; longer is better told than waited
  payloadWaitMs: 2_000, // for read models to show what a mutation did, likewise
  documentsKeptMax: 1_000, // parsed and compiled; an application has a few hundred
  documentBytesMax: 67_108_864, // that they take together, over HTTP and again over the socket
  emailCharactersMax: 254, // the longest that mail can be sent to (RFC 5321)
  languageCharactersMax: 35, // room for every tag in use (RFC 5646, 4.4.1)
  passwordCharactersMin: 8, // NIST 800-63B's minimum for one that a person chooses
  passwordCharactersMax: 256, // a sentence; hashing more costs without a gain
  passwordHashesAtOnceMax: 4, // each takes 19 MiB and a thread of the pool, which has four
  passwordHashesWaitingMax: 64, // some 300 ms of hashing: more would time out and try again
  logInsPerEmailMax: 20, // in a minute; nobody mistypes more often
  attemptsPerAddressMax: 2_000, // log-ins and registrations in a minute; whole offices share one
  subscriptionsPerSocketMax: 100, // under way at once
} as const;

/** What a socket may do; how many frames it may send is an option of the platform. */
export const socketLimits: Omit<SocketLimits, 'framesPerSecond' | 'framesBurst'> = {
  frameBytesMax: 65_536, // as over HTTP
  initWithinMs: 3_000, // a slow phone needs one; who sends nothing holds a socket
  socketsPerPersonMax: 10, // devices and tabs
  silenceMs: 30_000, // proxies cut what is silent for a minute
  ephemeralDropBytes: 1_048_576, // waiting to be sent: what is outdated goes first
  closeBytes: 4_194_304, // behind for good: reading on from a cursor takes no memory here
};

/** What a gateway holds for all its devices. */
export const gatewayLimits: GatewayLimits = {
  recordsQueuedMax: 20_000, // some seconds of a busy log; behind that resuming is cheaper
  heldBytesMax: 4_194_304, // of a device that catches up, as behind a slow reader
  catchUpWaitMs: 10_000, // for read models to reach the head; then the device comes again
  readModelWaitMs: 10_000, // for them to hold what a frame shows, likewise
  leaseMs: 15_000, // two renewals may fail before couriers pass the gateway by
  progressEveryMs: 1_000, // of events is what a device may see again after a cut
};

/** People whose names live frames show without asking for them. */
export const knownPeopleLimits = { peopleMax: 10_000, ageMsMax: 60_000 } as const;
