import type { Defect } from './defect.ts';

/** What only a fault in a real machine can notice; see ops/docs/faults.md. */
export const machineDefects: readonly Defect[] = [
  {
    name: 'restarts-within-itself',
    says: 'a Postgres that lost a process of its own restarts within itself, and may wait for ever',
    breaks: 'law 13',
    file: 'ops/adapters/tables/postgres-process.ts',
    text: "restart_after_crash: 'off'",
    instead: "restart_after_crash: 'on'",
    caughtBy: [
      {
        spec: 'ops/adapters/tables/kept-postgres.int.spec.ts',
        test: 'as a whole when one of its processes dies',
      },
    ],
  },
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
