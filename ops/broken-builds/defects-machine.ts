import type { Defect } from './defect.ts';

/** What only a fault in a real machine can notice; see ops/docs/faults.md. */
export const machineDefects: readonly Defect[] = [
  {
    name: 'falsely-stored',
    says: 'an append that the disk refused is answered as if it were stored',
    breaks: 'law 1',
    file: 'ops/adapters/event-store/embedded/writer-client.ts',
    text: 'request.reject(new EventStoreUnavailable(failure.note(unwritten(result.reason))));',
    instead:
      "request.resolve({ ...result, kind: 'appended', revision: 1, position: 1, fresh: true });",
    caughtBy: [{ fault: 'disk-full' }, { fault: 'flush-error' }],
  },
  {
    name: 'damage-unnoticed',
    says: 'a damaged event is read as if nothing were wrong',
    breaks: 'promise: what is damaged is said to be damaged',
    file: 'ops/adapters/event-store/embedded/rows.ts',
    text: 'if (checksumOf({ stream, revision, type, body, dataBytes }) !== checksum) {',
    instead: 'if (checksumOf({ stream, revision, type, body, dataBytes }) === -1) {',
    caughtBy: [{ fault: 'flipped-byte' }],
  },
];
