import type { Tracing } from '../ops/observe/port.ts';
import type { Aggregate } from './aggregate.ts';
import type { Letter, Reply } from './letter.ts';
import type { CommandLimits } from './limits.ts';
import type { Mailbox } from './mailbox.ts';
import { openMailbox } from './mailbox.ts';
import { openSnapshotting } from './snapshotting.ts';
import { openStateCache } from './state-cache.ts';

/** The mailboxes of one aggregate's streams; one lives as long as it has work. */
export type Mailboxes<Command, State, Event, Refusal> = {
  submit<Answer>(
    key: string,
    letter: Letter<Command, State, Event, Answer>,
  ): Promise<Reply<Answer, Refusal>>;
  /** Looks at the state as it is stored; what `look` returns must hold no part of it. */
  peek<Seen>(key: string, look: (state: State, position: bigint) => Seen): Promise<Seen>;
  /** Resolves when nothing is under way any more, snapshots included. */
  settled(): Promise<void>;
  /** Mailboxes that are open now: streams with something under way. */
  open(): number;
  /** Letters that wait for their answer, in all of them. */
  queued(): number;
};

export type MailboxesOptions = {
  readonly limits: CommandLimits;
  readonly now: () => number; // ms since the Unix epoch
  /** A defect: the callers are answered 'unavailable'. With the trace of one of them. */
  readonly report: (cause: unknown, traceparent?: string) => void;
  readonly tracing?: CommandTracing | undefined;
};

/** Where the trace of a command is found: none is recorded without it. */
export type CommandTracing = Pick<Tracing, 'here' | 'within'>;

/** Commands for one stream wait in its mailbox; across streams nobody waits for another. */
export function openMailboxes<Command, State, Event, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  options: MailboxesOptions,
): Mailboxes<Command, State, Event, Refusal> {
  const { limits, report, tracing } = options;
  const snapshotting = openSnapshotting(aggregate, {
    ...{ everyEvents: limits.snapshotEveryEvents, report },
  });
  const cache = openStateCache(aggregate.weigh, limits.cachedRecordsMax);
  const open = new Map<string, Mailbox<Command, State, Event>>();
  const office = {
    ...{ ...options, aggregate, cache, snapshotting },
    idle: (key: string) => void open.delete(key),
  };
  let queued = 0;

  const mailboxOf = (key: string): Mailbox<Command, State, Event> => {
    const known = open.get(key);
    if (known) return known;
    const mailbox = openMailbox(key, office);
    open.set(key, mailbox);
    return mailbox;
  };

  return {
    submit: (key, letter) => {
      const waiting = open.get(key)?.waiting() ?? 0;
      if (queued >= limits.queuedMax || waiting >= limits.queuedPerStreamMax) {
        const { retryAfterMs } = limits;
        return Promise.resolve({ kind: 'overloaded', retryAfterMs });
      }
      const mailbox = mailboxOf(key);
      queued += 1;
      return new Promise((resolve) => {
        const settle = (reply: Reply<unknown, unknown>): void => {
          queued -= 1;
          resolve(reply as Parameters<typeof resolve>[0]);
        };
        const traceparent = tracing?.here();
        const sent = letter as Letter<Command, State, Event, unknown>;
        mailbox.put({ letter: sent, settle, traceparent });
      });
    },
    peek: (key, look) => mailboxOf(key).look(({ state, position }) => look(state, position)),
    settled: async () => {
      for (;;) {
        const working = [...open.values()].flatMap((mailbox) => mailbox.working() ?? []);
        const all = [...working, ...snapshotting.underWay()];
        if (all.length === 0) return;
        await Promise.all(all);
      }
    },
    open: () => open.size,
    queued: () => queued,
  };
}
