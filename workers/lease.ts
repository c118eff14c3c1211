import type { Statements, Tables } from '../ops/adapters/tables/port.ts';
import type { Clock } from '../projections/clock.ts';
import { sleep } from '../projections/clock.ts';

/** Being the one who does a job. The epoch grows with each holder and fences the one before. */
export type Lease = {
  readonly epoch: number;
  /** Aborted when the lease is lost, given back, or could not be renewed in time. */
  readonly held: AbortSignal;
  /** Gives it back, so that the next one need not wait for it to run out. */
  release(): Promise<void>;
};

/** Whose lease, and for how long it lives without renewal. */
export type LeaseOptions = {
  readonly tables: Tables;
  readonly name: string;
  readonly holder: string; // unique among all processes
  readonly clock: Clock;
  readonly leaseMs: number; // renewed at a third of it
};

/** Waits for the lease; null when the signal was aborted first. Time is the database's. */
export async function waitForLease(
  options: LeaseOptions,
  signal: AbortSignal,
): Promise<Lease | null> {
  while (!signal.aborted) {
    const askedMs = options.clock.now();
    const epoch = await acquire(options);
    if (epoch !== null) return hold(options, { epoch, signal, provenMs: askedMs });
    await sleep(options.clock, options.leaseMs / 3, signal);
  }
  return null;
}

/** Every lease there has been, and whether somebody holds it now; time is the database's. */
export async function readLeases(tables: Statements): Promise<readonly LeaseNow[]> {
  return tables.query<LeaseNow>({
    name: 'workers-leases',
    text: 'select name, expires_at > clock_timestamp() as held from workers.lease order by name',
    values: [],
  });
}

/** A lease as it stands. */
export type LeaseNow = { readonly name: string; readonly held: boolean };

/** The epoch starts at the clock's seconds, so that it grows even if the tables were lost. */
async function acquire({ tables, name, holder, leaseMs }: LeaseOptions): Promise<number | null> {
  const rows = await tables.query<{ readonly epoch: bigint }>({
    name: 'workers-lease-acquire',
    text: `
      insert into workers.lease as l (name, holder, epoch, expires_at)
      values ($1, $2, extract(epoch from clock_timestamp())::bigint,
              clock_timestamp() + $3::bigint * interval '1 millisecond')
      on conflict (name) do update set
        holder = excluded.holder,
        epoch = greatest(l.epoch + 1, excluded.epoch),
        expires_at = excluded.expires_at
      where l.expires_at <= clock_timestamp()
      returning l.epoch`,
    values: [name, holder, leaseMs],
  });
  return rows[0] === undefined ? null : Number(rows[0].epoch);
}

async function renew({ tables, name, holder, leaseMs }: LeaseOptions, epoch: number) {
  const rows = await tables.execute({
    name: 'workers-lease-renew',
    text: `
      update workers.lease
      set expires_at = clock_timestamp() + $4::bigint * interval '1 millisecond'
      where name = $1 and holder = $2 and epoch = $3 and expires_at > clock_timestamp()`,
    values: [name, holder, epoch, leaseMs],
  });
  return rows === 1;
}

async function giveBack({ tables, name, holder }: LeaseOptions, epoch: number) {
  await tables.execute({
    name: 'workers-lease-release',
    text: `
      update workers.lease set expires_at = clock_timestamp()
      where name = $1 and holder = $2 and epoch = $3`,
    values: [name, holder, epoch],
  });
}

type Holding = { readonly epoch: number; readonly signal: AbortSignal; readonly provenMs: number };

function hold(options: LeaseOptions, { epoch, signal, provenMs }: Holding): Lease {
  const over = new AbortController();
  const held = AbortSignal.any([signal, over.signal]);
  const renewing = keepRenewing(options, { epoch, signal: held, provenMs }).then(() =>
    over.abort(),
  );
  const release = async () => {
    over.abort();
    await renewing;
    // Who cannot reach the tables now leaves the lease to run out by itself.
    await giveBack(options, epoch).catch(() => undefined);
  };
  return { epoch, held, release };
}

/** Ends when the lease is lost, or when it may have run out because nobody answered. */
async function keepRenewing(options: LeaseOptions, { epoch, signal, provenMs }: Holding) {
  const { clock, leaseMs } = options;
  for (let proven = provenMs; !signal.aborted && clock.now() - proven < leaseMs; ) {
    await sleep(clock, leaseMs / 3, signal);
    if (signal.aborted) return;
    const askedMs = clock.now();
    const mine = await renew(options, epoch).catch(() => null); // null: nobody knows
    if (mine === false) return;
    if (mine) proven = askedMs;
  }
}
