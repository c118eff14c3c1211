import { kafka } from '../stack/kafka.ts';
import type { Defect } from './defect.ts';

const spec = 'ops/adapters/event-log/kafka-faults.stack.spec.ts';
const consume = { spec: 'ops/adapters/event-log/kafka-consume.spec.ts' };

/** In the event log on a Kafka: noticed where `npm run stack` can have one. */
export const kafkaDefects: readonly Defect[] = [
  {
    name: 'kafka-epoch-unseen',
    says: 'a relay whose lease is over shuts out the one that leads, and writes',
    breaks: 'one writer, by epoch',
    file: 'ops/adapters/event-log/kafka-writer.ts',
    text: 'Math.max(newestEpoch, ...tails.map(({ newest }) => newest?.epoch ?? 0))',
    instead: 'newestEpoch',
    caughtBy: [
      { spec, test: 'refuses a writer whose epoch is over' },
      { fault: 'p4-paused-leader' },
    ],
    needs: kafka,
  },
  {
    name: 'kafka-epoch-looked-up-too-early',
    says: 'who begins to write looks for newer epochs only before it shuts others out',
    breaks: 'one writer, by epoch',
    file: 'ops/adapters/event-log/kafka-writer.ts',
    text: '    await lookUp();\n    if (epoch >= newestEpoch) return session.of;',
    instead: '    if (epoch >= newestEpoch) return session.of;',
    caughtBy: [{ spec: 'ops/adapters/event-log/kafka-writer.spec.ts' }],
  },
  {
    name: 'kafka-aborted-is-read',
    says: 'consumers are given what a writer took back',
    breaks: 'all of a batch, or none',
    file: 'ops/adapters/event-log/kafka-platformatic-fetch.ts',
    text: 'unread.add(aborted.shift()?.producerId ?? -1n);',
    instead: 'aborted.shift();',
    caughtBy: [{ spec, test: 'gives nobody what was aborted' }],
    needs: kafka,
  },
  {
    name: 'kafka-stale-commit',
    says: 'a batch from before partitions changed hands is committed under the new generation',
    breaks: 'offsets only over a finished prefix',
    file: 'ops/adapters/event-log/kafka-consume.ts',
    text: 'if (generation === intake.generation()) await',
    instead: 'await',
    caughtBy: [{ spec: 'ops/adapters/event-log/kafka-consume.spec.ts' }],
  },
  {
    name: 'kafka-partition-by-the-library',
    says: 'each library puts a key where its own hash says',
    breaks: 'the order of a conversation',
    file: 'ops/adapters/event-log/kafka.ts',
    text: 'partition = partitionOf(key, partitions)',
    instead: 'partition = key.length % partitions',
    caughtBy: [{ spec, test: 'puts each key where every driver puts it' }],
    needs: kafka,
  },
  {
    name: 'kafka-loss-unseen',
    says: 'records that a broker lost after it had taken them are never written again',
    breaks: 'law 9',
    file: 'ops/adapters/event-log/kafka-writer.ts',
    text: 'if (isLost) throw lost();',
    instead: '',
    caughtBy: [{ spec: 'ops/adapters/event-log/kafka-writer.spec.ts', test: 'says once that' }],
  },
  {
    name: 'kafka-intake-spills',
    says: 'where more partitions wait than a batch may hold, records of some are thrown away',
    breaks: 'law 9',
    file: 'ops/adapters/event-log/kafka-intake.ts',
    text: '.filter(([, { length }]) => length > 0).slice(0, recordsMax)',
    instead: '.filter(([, { length }]) => length > 0)',
    caughtBy: [{ spec: 'ops/adapters/event-log/kafka-intake.spec.ts' }],
  },
  {
    name: 'kafka-cut-and-grown-again',
    says: 'a consumer goes on in the middle of a topic that was cut and written anew',
    breaks: 'law 4',
    file: 'ops/adapters/event-log/kafka-lost.ts',
    text: 'return !found.some(({ key, value }) => key === record.key && value === record.value);',
    instead: 'return found.length === 0;',
    caughtBy: [{ ...consume, test: 'has grown past its place' }],
  },
  {
    name: 'kafka-place-beyond-the-end',
    says: 'a consumer waits beyond the end of a topic that was cut, and passes over what comes',
    breaks: 'law 4',
    file: 'ops/adapters/event-log/kafka-lost.ts',
    text: 'if (from >= (ends[partition] ?? 0)) return true;',
    instead: 'if (from >= (ends[partition] ?? 0)) return false;',
    caughtBy: [{ ...consume, test: 'beyond the end of a log that was cut' }],
  },
];
