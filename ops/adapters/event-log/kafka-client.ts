import type { Intake } from './kafka-intake.ts';
import type { LogRecord, LogRecordToAppend } from './port.ts';

/** What the event log needs of a library that speaks Kafka. Failures are the library's own. */
export type KafkaClient = {
  /** Null when there is no such topic. */
  partitionsOf(topic: string): Promise<number | null>;
  /** Nothing when it is there already. */
  createTopic(topic: string, layout: TopicLayout): Promise<void>;
  /** Of each partition: where it begins, or up to where every transaction is decided. */
  offsets(topic: string, of: 'begin' | 'decided'): Promise<readonly number[]>;
  /** What a group reads next in each partition; null where it has committed nothing. */
  committed(topic: string, group: string): Promise<readonly (number | null)[]>;
  /** The committed records in these ranges. */
  read(topic: string, ranges: ReadonlyMap<number, Range>): Promise<readonly StoredRecord[]>;
  /** Begins to write under this name; whoever wrote under it before is shut out from here on. */
  openSession(name: string): Promise<Session>;
  /** Joins a group; what is read goes into the intake, until the membership is given back. */
  join(request: Join): Promise<Membership>;
  /** Resolves when a broker answers. */
  ping(): Promise<void>;
  /** What the failure comes to. */
  kindOf(cause: unknown): 'away' | 'shut-out' | 'refused';
  close(): Promise<void>;
};

export type TopicLayout = {
  readonly partitions: number;
  readonly settings: Readonly<Record<string, string>>;
};

/** Offsets, the second one outside. */
export type Range = { readonly from: number; readonly to: number };

export type StoredRecord = LogRecord & { readonly epoch: number };

/** One writer of Kafka's, with its transactional id and producer epoch. */
export type Session = {
  /**
   * One transaction; answers with the last offset that it has in each partition. After a failure
   * the session is of no use any more; one of the kind `shut-out` has written nothing.
   */
  write(batch: Batch): Promise<ReadonlyMap<number, number>>;
  /** False once a request may be on its way twice: the next transaction wants a new session. */
  isSound(): boolean;
  close(): Promise<void>;
};

export type Batch = {
  readonly topic: string;
  readonly epoch: number;
  readonly chunks: readonly (readonly PlacedRecord[])[]; // in order, each small enough to be sent
};

export type PlacedRecord = LogRecordToAppend & { readonly partition: number };

export type Join = {
  readonly topic: string;
  readonly group: string;
  readonly from: 'start' | 'end';
  readonly startAt?: ((partition: number) => Promise<number | null>) | undefined;
  readonly intake: Intake;
};

export type Membership = {
  /** Commits what is read next, unless partitions have changed hands since. */
  commit(next: ReadonlyMap<number, number>): Promise<void>;
  leave(): Promise<void>;
};

/** The header of a record in which the writer's epoch stands. */
export const epochHeader = 'parley-epoch';

/** Times in ms that both clients keep. */
export const patience = {
  connectMs: 5_000,
  requestMs: 10_000,
  transactionMs: 15_000, // an open transaction of a dead writer is given up after so long
  sessionMs: 10_000, // a member that says nothing for so long has left
  heartbeatMs: 1_000,
  rebalanceMs: 10_000,
  fetchWaitMs: 500,
  retryFirstMs: 20,
  retryMaxMs: 500,
} as const;

/** Of one request; a partition's first batch is given whole even if it is larger. */
export const fetchBytesMax = { all: 8_388_608, partition: 1_048_576 } as const;

/** Full jitter. */
export function retryDelayMs(attempt: number): number {
  return Math.random() * Math.min(patience.retryMaxMs, patience.retryFirstMs * 2 ** attempt);
}
