import { statfs } from 'node:fs/promises';
import type { Check } from '../../../api/http/health.ts';
import type { LiveCounts } from '../../../api/live/counts.ts';
import type { Commands } from '../../../commands/commands.ts';
import { within } from '../../../projections/clock.ts';
import type { ReadProgress } from '../../../projections/progress.ts';
import { least } from '../../../projections/progress.ts';
import { eventsTopic } from '../../../schemas/records/topics.ts';
import { groupOf, newestGeneration } from '../../../workers/facts/generation.ts';
import { readLeases } from '../../../workers/lease.ts';
import { readModels } from '../../../workers/projector/checkpoints.ts';
import { placesOf } from '../../../workers/relay/place.ts';
import type { Runner } from '../../../workers/worker.ts';
import type { Edge } from '../../edge.ts';
import type { Machines } from '../../machines.ts';
import { relayedEventAfter } from './age.ts';
import type { Reading } from './meter.ts';
import type { MetricName, Part } from './table.ts';

/** Of what a process reads when it is asked for its metrics. */
export type Watched = {
  readonly machines: Machines;
  readonly checks: Readonly<Record<string, Check>>; // of the machines, by name
  readonly progress: ReadProgress;
  readonly runner: Runner;
  readonly commands: Pick<Commands, 'depth'>;
  /** Null in a process without an API. */
  readonly edge: Pick<Edge, 'stats' | 'counts'> | null;
};

const partMsMax = 3_000; // Prometheus itself gives up after ten seconds unless told

/**
 * Everything of the table that is read when asked, each part within a bound: what a machine that is
 * away cannot tell is left out, and named.
 */
export async function readPlatform(watched: Watched): Promise<readonly Reading[]> {
  const { eventLog, clock } = watched.machines;
  const relayed = placesOf(eventLog, eventsTopic).then(least);
  relayed.catch(() => undefined); // the parts that wait for it fail
  const told = Object.entries(parts).map(async ([part, read]): Promise<readonly Reading[]> => {
    const found = await within(clock, partMsMax, read({ ...watched, relayed })).catch(() => null);
    const failed = found === null ? 1 : 0;
    return [...(found ?? []), one('parley_scrape_part_failed', failed, { part })];
  });
  return (await Promise.all(told)).flat();
}

/** With the position up to which everything is in the topic, which several parts tell of. */
type Scraped = Watched & { readonly relayed: Promise<bigint> };

const parts: Readonly<Record<Part, (scraped: Scraped) => Promise<readonly Reading[]>>> = {
  process: async ({ machines, runner, commands, edge }) => [
    ...workersNow(runner),
    ...storesNow(machines),
    ...commandsNow(commands),
    ...(edge ? edgeNow(edge) : []),
  ],
  machines: async ({ checks, machines }) => [
    ...(await Promise.all(
      Object.entries(checks).map(async ([machine, check]) => {
        const up = await within(machines.clock, partMsMax, check()).catch(() => ({ ok: false }));
        return one('parley_machine_up', up.ok ? 1 : 0, { machine });
      }),
    )),
    ...breakersNow(machines),
  ],
  positions: async ({ machines: { eventStore }, progress, relayed }) => [
    one('parley_store_head_position', Number(await eventStore.head())),
    one('parley_relay_position', Number(await relayed)),
    one('parley_read_models_position', Number(progress.reached())),
  ],
  lag: async ({ machines: { eventLog } }) => {
    const groups = ['projector', 'courier', 'indexer'].map((group) => ({ group, named: group }));
    return lagOf(eventLog, groups);
  },
  'lag of facts': async ({ machines: { eventLog, analytics } }) => {
    const generation = await newestGeneration(analytics);
    if (generation === null) return [];
    return lagOf(eventLog, [{ group: 'facts', named: groupOf(generation) }]);
  },
  ages: async ({ machines: { eventStore, now }, progress, relayed }) => {
    const age = async (after: bigint): Promise<number> => {
      const next = await relayedEventAfter(eventStore, after);
      return next === null ? 0 : Math.max(0, (now() - next.recordedAtMs) / 1_000);
    };
    return [
      one('parley_relay_age_seconds', await age(await relayed)),
      one('parley_read_models_age_seconds', await age(progress.reached())),
    ];
  },
  'read models': async ({ machines }) =>
    (await readModels(machines.tables)).flatMap(({ name: projection, position, parkedKeys }) => [
      one('parley_read_model_position', Number(position), { projection }),
      one('parley_parked_keys', Number(parkedKeys), { projection }),
    ]),
  leases: async ({ machines }) =>
    (await readLeases(machines.tables)).map(({ name: lease, held }) =>
      one('parley_lease_held', held ? 1 : 0, { lease }),
    ),
  disk: async ({ machines: { folder } }) => {
    if (folder === null) return [];
    const { bavail, blocks, bsize } = await statfs(folder.path);
    return [
      one('parley_data_free_bytes', bavail * bsize),
      one('parley_data_size_bytes', blocks * bsize),
    ];
  },
};

/** Of groups; the name of one in the event log may hold more than its label. */
async function lagOf(
  eventLog: Machines['eventLog'],
  groups: readonly { readonly group: string; readonly named: string }[],
): Promise<readonly Reading[]> {
  const lags = await eventLog.lag(
    eventsTopic,
    groups.map(({ named }) => named),
  );
  return groups.flatMap(({ group }, at) =>
    (lags[at] ?? []).map((records, partition) =>
      one('parley_consumer_lag_records', records, { group, partition: String(partition) }),
    ),
  );
}

function workersNow(runner: Runner): readonly Reading[] {
  return runner
    .health()
    .flatMap(({ name: worker, state, restarts }) => [
      one('parley_worker_running', state === 'running' ? 1 : 0, { worker }),
      one('parley_worker_restarts_total', restarts, { worker }),
    ]);
}

function storesNow({ eventStore, tables }: Machines): readonly Reading[] {
  const store = eventStore.counters();
  const { statements, rowsRead, rowsWritten } = tables.counters();
  return [
    one('parley_event_store_appends_total', store.appends),
    one('parley_event_store_flushes_total', store.flushes),
    one('parley_event_store_events_written_total', store.eventsWritten),
    one('parley_event_store_events_read_total', store.eventsRead),
    one('parley_tables_statements_total', statements),
    one('parley_tables_rows_read_total', rowsRead),
    one('parley_tables_rows_written_total', rowsWritten),
  ];
}

function commandsNow(commands: Watched['commands']): readonly Reading[] {
  const { mailboxes, commands: waiting } = commands.depth();
  return [one('parley_mailboxes', mailboxes), one('parley_commands_waiting', waiting)];
}

function edgeNow({ stats, counts }: NonNullable<Watched['edge']>): readonly Reading[] {
  const { sockets, devices, people, executions } = stats();
  return [
    one('parley_sockets', sockets),
    one('parley_devices', devices),
    one('parley_people', people),
    one('parley_frame_executions_total', executions),
    ...socketsSoFar(counts),
  ];
}

function socketsSoFar({ sent, dropped, slowReaders, closes, catchUps }: LiveCounts) {
  return [
    ...Object.entries(sent).flatMap(([kind, { frames, bytes }]) => [
      one('parley_frames_sent_total', frames, { kind }),
      one('parley_frames_sent_bytes_total', bytes, { kind }),
    ]),
    one('parley_frames_dropped_total', dropped),
    one('parley_slow_readers_total', slowReaders),
    ...[...closes].map(([code, sockets]) =>
      one('parley_socket_closes_total', sockets, { code: String(code) }),
    ),
    ...Object.entries(catchUps).map(([outcome, devices]) =>
      one('parley_catch_ups_total', devices, { outcome }),
    ),
  ];
}

const breakerStates = ['closed', 'half-open', 'open'] as const;

/** Of those machines that have a breaker before them. */
function breakersNow(machines: Machines): readonly Reading[] {
  const { tables, eventLog, cache, objects, search, analytics } = machines;
  const all = { tables, 'event log': eventLog, cache, objects, search, analytics };
  return Object.entries(all).flatMap(([machine, { breaker }]) => {
    const now = breaker?.();
    if (now === undefined) return [];
    return breakerStates.map((state) =>
      one('parley_breaker_state', state === now ? 1 : 0, { machine, state }),
    );
  });
}

function one(name: MetricName, value: number, labels?: Reading['labels']): Reading {
  return { name, value, labels };
}
