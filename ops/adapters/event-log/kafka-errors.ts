import { EventLogUnavailable } from './port.ts';

/** What Kafka says to a writer whom another one has shut out, or who was silent for too long. */
const shutOut = new Set([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN_PRODUCER_ID',
]);

/** What will not get better by waiting. */
const refused = [
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_REPLICATION_FACTOR',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
];

/** How failures of a library are told apart. */
export type Failures = {
  readonly isItsOwn: (cause: unknown) => boolean;
  /** Of Kafka's errors and of its own, also of those that it was made from. */
  readonly namesIn: (cause: unknown) => readonly string[];
  readonly refused: readonly string[]; // names of its own that will not get better by waiting
};

/** What a failure comes to; one of ours, or of nobody's, is told as it is. */
export function kindsOf({ isItsOwn, namesIn, refused: own }: Failures) {
  const hopeless = new Set([...refused, ...own]);
  return (cause: unknown): 'away' | 'shut-out' | 'refused' => {
    if (cause instanceof EventLogUnavailable) return 'away';
    if (!isItsOwn(cause)) return 'refused';
    const names = namesIn(cause);
    if (names.some((name) => shutOut.has(name))) return 'shut-out';
    return names.some((name) => hopeless.has(name)) ? 'refused' : 'away';
  };
}
