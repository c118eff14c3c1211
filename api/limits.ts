import type { SocketLimits } from './live/connection.ts';
import type { GatewayLimits } from './live/gateway.ts';

/** Every limit of the edge; whoever meets one is answered LIMITED or BAD_INPUT with the way out. */
export const limits = {
  bodyBytesMax: 65_536, // of an HTTP request
  tokensMax: 2_000, // of a document
  depthMax: 12, // of a document's selections
  aliasesMax: 50, // in a document
  costMax: 20_000, // points of one request
  pageRowsMax: 100, // of any page
  nodesMax: 100, // ids of one `nodes`
  personIdsMax: 1_000, // people named in one input
  atLeastWaitMs: 2_000, // for read models to reach a position
  payloadWaitMs: 2_000, // for read models to show what a mutation did
  documentsKeptMax: 1_000, // parsed and compiled
  documentBytesMax: 67_108_864, // that they take together, over HTTP and again over the socket
  passwordCharactersMin: 8, // NIST 800-63B's minimum for one that a person chooses
  passwordCharactersMax: 256, // a sentence; hashing more costs without a gain
  passwordHashesAtOnceMax: 4,
  passwordHashesWaitingMax: 64,
  logInsPerEmailMax: 20, // in a minute
  attemptsPerAddressMax: 2_000, // log-ins and registrations in a minute; whole offices share one
  operationsPerSocketMax: 100,
} as const;

/** What a socket may do; how many frames it may send is an option of the platform. */
export const socketLimits: Omit<SocketLimits, 'framesPerSecond' | 'framesBurst'> = {
  frameBytesMax: 65_536,
  initWithinMs: 3_000,
  subscriptionsPerSocketMax: 100,
  socketsPerPersonMax: 10,
  silenceMs: 30_000,
  ephemeralDropBytes: 1_048_576,
  closeBytes: 4_194_304,
};

export const gatewayLimits: GatewayLimits = {
  recordsQueuedMax: 20_000,
  heldBytesMax: 4_194_304,
  catchUpWaitMs: 10_000,
  readModelWaitMs: 10_000,
  leaseMs: 15_000,
  progressEveryMs: 1_000,
};

/** People whose names live frames show without asking for them. */
export const knownPeopleLimits = { peopleMax: 10_000, ageMsMax: 60_000 } as const;
