import type { BrokenBuild } from './fault.ts';

/** The defect that every fault of the event store's disk must find. */
export const falselyStored: BrokenBuild = {
  says: 'an append that the disk refused is answered as if it were stored',
  file: 'ops/adapters/event-store/embedded/writer-client.ts',
  from: 'request.reject(new EventStoreUnavailable(newest.failed(unwritten(result.reason))));',
  to: "request.resolve({ ...result, kind: 'appended', revision: 1, position: 1, fresh: true });",
};
