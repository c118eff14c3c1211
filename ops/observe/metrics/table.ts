import { refusalCodes } from '../../../api/errors.ts';
import { projections, searchProjections } from '../../../projections/all.ts';
import { eventsPartitions } from '../../../schemas/records/topics.ts';
import { commandNames } from './command-names.ts';

/** One line of the naming table. */
export type Metric = {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** A sentence for whoever meets the name on a board. */
  readonly help: string;
  readonly unit: string; // what one is
  /** Every value that a label may have: whatever else comes counts as `other`. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** `asked`: read when somebody scrapes. `told`: measured as it happens, once somebody may ask. */
  readonly from: 'asked' | 'told';
  readonly buckets?: readonly number[]; // upper bounds, of a histogram
};

const kept = [
  ...projections.map(({ name }) => name),
  ...searchProjections.map(({ name }) => `${name}@index`),
];
const partitions = Array.from({ length: eventsPartitions }, (_, at) => String(at));
const machines = [
  ...(['event store', 'event log', 'tables', 'cache'] as const),
  ...(['objects', 'search', 'analytics'] as const),
] as const;
const groups = ['projector', 'courier', 'indexer', 'facts'] as const;
const workers = ['relay', 'projector', 'courier', 'indexer', 'facts'] as const;
const frameKinds = ['stored', 'ephemeral', 'control'] as const;
const closeCodes = [
  ...['1000', '1001', '1005', '1006', '1009', '1011', '1012', '1013'],
  ...['4400', '4401', '4403', '4406', '4408', '4409', '4429', '4500'],
];
/** `none`: no operation could be read. */
const operations = { transport: ['http', 'socket'], kind: ['query', 'mutation', 'none'] } as const;
const answered = ['ok', 'refused', 'conflict', 'overloaded', 'unavailable', 'failed'] as const;
const calls = [
  ...['get', 'set', 'setIfAbsent', 'delete', 'increment'],
  ...['hashSet', 'hashGetAll', 'hashDelete', 'publish', 'subscribe'],
  ...['registry.enter', 'registry.leave', 'registry.gatewaysOf'],
  ...['registry.renew', 'registry.gateways'],
];
const parts = [
  ...(['process', 'machines', 'positions', 'lag', 'lag of facts'] as const),
  ...(['ages', 'read models', 'leases', 'disk'] as const),
] as const;
/** From half a millisecond, which an embedded engine takes, to ten seconds, where time-outs are. */
const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every metric of the platform. The page ops/docs/metrics.md is made from here; boards and alerts
 * name nothing else. No label may hold a text or an id of anybody.
 */
export const metrics = {
  parley_sockets: gauge('Sockets that are open.', 'sockets'),
  parley_devices: gauge('Subscriptions to events that run.', 'devices'),
  parley_people: gauge('People with a device here.', 'people'),
  parley_frames_sent_total: counter('Frames sent over sockets.', 'frames', { kind: frameKinds }),
  parley_frames_sent_bytes_total: counter('Size of the frames sent over sockets.', 'bytes', {
    kind: frameKinds,
  }),
  parley_frames_dropped_total: counter('Typing that a slow socket was not sent.', 'frames'),
  parley_frame_executions_total: counter(
    'Documents executed for live frames; one serves all who see the same.',
    'executions',
  ),
  parley_slow_readers_total: counter(
    'Sockets closed because too much waited for them (with 1013: the device resumes).',
    'sockets',
  ),
  parley_socket_closes_total: counter('Sockets that closed, by close code.', 'sockets', {
    code: closeCodes,
  }),
  parley_catch_ups_total: counter('Devices that came in and caught up, or did not.', 'devices', {
    outcome: ['done', 'refused', 'failed'],
  }),
  parley_mailboxes: gauge('Streams with a command under way.', 'streams'),
  parley_commands_waiting: gauge('Commands that wait for their answer.', 'commands'),
  parley_commands_total: told(
    counter('Commands by what came of them.', 'commands', {
      ...{ command: commandNames, outcome: answered },
    }),
  ),
  parley_command_seconds: histogram('From a command to its answer.', { command: commandNames }),
  parley_refusals_total: told(
    counter(
      'Commands, registrations and log-ins refused, by the code that clients see.',
      ...(['refusals', { code: refusalCodes }] as const),
    ),
  ),
  parley_graphql_requests_total: told(
    counter('Queries and mutations by the code of their first error.', 'requests', {
      ...operations,
      outcome: ['ok', 'BAD_INPUT', 'UNAUTHENTICATED', 'LIMITED', 'UNAVAILABLE', 'INTERNAL'],
    }),
  ),
  parley_graphql_seconds: histogram('From a query or mutation to its answer.', operations),
  parley_event_store_appends_total: counter('Appends that were stored.', 'appends'),
  parley_event_store_flushes_total: counter(
    'Flushes to the disk; 0 where the server of the event store does them.',
    'flushes',
  ),
  parley_event_store_events_written_total: counter('Events stored.', 'events'),
  parley_event_store_events_read_total: counter('Events read.', 'events'),
  parley_append_seconds: histogram('From an append to its answer, the flush included.', {
    outcome: ['appended', 'conflict', 'stream-deleted', 'too-large', 'unavailable'],
  }),
  parley_append_events: {
    ...histogram('Events in one append.', {}),
    ...{ unit: 'events', buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256] },
  },
  parley_tables_statements_total: counter('Statements sent to Postgres.', 'statements'),
  parley_tables_rows_read_total: counter('Rows that Postgres answered.', 'rows'),
  parley_tables_rows_written_total: counter('Rows that Postgres wrote.', 'rows'),
  parley_cache_calls_total: told(
    counter('Calls of the cache and the registry; `away` had no answer.', 'calls', {
      ...{ call: calls, outcome: ['ok', 'away', 'failed'] },
    }),
  ),
  parley_cache_seconds: histogram('From a call of the cache or the registry to its answer.', {}),
  parley_machine_call_seconds: {
    ...histogram(
      'From a call of a real server to its answer; `away` is also a breaker that is open.',
      {
        ...{ machine: machines, outcome: ['ok', 'away', 'refused', 'overloaded'] },
      },
    ),
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
  },
  parley_machine_up: gauge('1 when the machine answers, 0 when not.', '', { machine: machines }),
  parley_breaker_state: gauge(
    '1 for the state that the circuit breaker before the machine is in.',
    '',
    { machine: machines, state: ['closed', 'half-open', 'open'] },
  ),
  parley_store_head_position: gauge('Position of the newest event in the event store.', ''),
  parley_relay_position: gauge('Everything up to here is in the event log.', ''),
  parley_relay_age_seconds: gauge(
    'Age of the oldest event that is not in the event log; 0 when all are.',
    'seconds',
  ),
  parley_consumer_lag_records: gauge('Records that a consumer group has yet to take.', 'records', {
    group: groups,
    partition: partitions,
  }),
  parley_read_models_position: gauge('Everything up to here is in every read model.', ''),
  parley_read_models_age_seconds: gauge(
    'Age of the oldest event that some read model lacks; 0 when none lacks any.',
    'seconds',
  ),
  parley_read_model_position: gauge('Everything up to here is in this read model.', '', {
    projection: kept,
  }),
  parley_parked_keys: gauge('Keys whose events a read model could not take.', 'keys', {
    projection: kept,
  }),
  parley_lease_held: gauge('1 while somebody, anywhere, holds the lease of the worker.', '', {
    lease: ['relay', 'courier'],
  }),
  parley_worker_running: gauge('1 while this process runs the worker, 0 before a restart.', '', {
    worker: workers,
  }),
  parley_worker_restarts_total: counter('Restarts of a worker that failed.', 'restarts', {
    worker: workers,
  }),
  parley_data_free_bytes: gauge('Free space where the data folder of this process lies.', 'bytes'),
  parley_data_size_bytes: gauge('All space where the data folder of this process lies.', 'bytes'),
  parley_scrape_part_failed: gauge('1 when that part of this page could not be read in 3 s.', '', {
    part: parts,
  }),
} satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;
export const metricEntries = Object.entries(metrics) as readonly (readonly [MetricName, Metric])[];
export type Part = (typeof parts)[number];

/** What a metric may be asked about as it is written above; `other` takes the place of the rest. */
export function boundedLabels(
  name: MetricName,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(metrics[name].labels).map(([label, values]) => {
      const value = labels[label];
      return [label, value !== undefined && values.includes(value) ? value : 'other'];
    }),
  );
}

type Labels = Metric['labels'];

function gauge(help: string, unit: string, labels: Labels = {}): Metric {
  return { type: 'gauge', help, unit, labels, from: 'asked' };
}

function counter(help: string, unit: string, labels: Labels = {}): Metric {
  return { type: 'counter', help, unit, labels, from: 'asked' };
}

function told(metric: Metric): Metric {
  return { ...metric, from: 'told' };
}

function histogram(help: string, labels: Labels): Metric {
  return { type: 'histogram', help, unit: 'seconds', labels, from: 'told', buckets: seconds };
}
