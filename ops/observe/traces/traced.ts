import type { Commands } from '../../../commands/commands.ts';
import { traceparentOf, underSpan } from '../../../schemas/records/encode.ts';
import { traceparentIn } from '../../../schemas/traceparent.ts';
import type { EventLog, LogBatch } from '../../adapters/event-log/port.ts';
import type { EventStore } from '../../adapters/event-store/port.ts';
import { eachCommand } from '../each-command.ts';
import type { Span, Tracing } from '../port.ts';
import type { SpanAttributes } from './table.ts';

/** Where traces are recorded, and the wall clock: what is old is history being read again. */
export type Traced = { readonly tracing: Tracing; readonly now: () => number };

/** The same commands, each a span of the request that asks for it. */
export function tracedCommands(commands: Commands, { tracing }: Traced): Commands {
  return eachCommand(commands, async (command, asked) => {
    const parent = tracing.here();
    if (parent === undefined) return asked();
    const span = tracing.begin('command', { parent, attributes: { 'parley.command': command } });
    let outcome = 'failed';
    try {
      const answer = await tracing.within(span, asked);
      outcome = answer.kind === 'done' ? 'ok' : answer.kind;
      return answer;
    } finally {
      span.end({ 'parley.outcome': outcome });
    }
  });
}

/** The same event store; an append is a span of each command whose events it stores. */
export function tracedEventStore<Store extends EventStore>(store: Store, traced: Traced): Store {
  return {
    ...store,
    append: async (request) => {
      const parents = request.events.map(({ metadata }) => traceparentIn(metadata));
      const attributes = { 'parley.events': request.events.length };
      const spans = beginEach(traced, 'append', { parents, attributes });
      if (spans === null) return store.append(request);
      return spans.around(async () => {
        const answer = await store.append(request);
        return [answer, answer.kind];
      });
    },
  };
}

/**
 * The same event log. What is written is a span of the event's trace, and what reads it comes under
 * that span; a batch is read from the moment it comes until its commit.
 */
export function tracedEventLog(log: EventLog, traced: Traced): EventLog {
  return {
    ...log,
    append: async (request) => {
      const parents = request.records.map(({ value }) => recentIn(value, traced.now()));
      const attributes = { 'messaging.batch.message_count': request.records.length };
      const spans = beginEach(traced, 'publish', { parents, attributes });
      if (spans === null) return log.append(request);
      const records = request.records.map((record, at) => {
        const span = spans.of(parents[at]);
        return span ? { ...record, value: underSpan(record.value, span.traceparent) } : record;
      });
      return spans.around(async () => {
        const answer = await log.append({ ...request, records });
        return [answer, answer.kind];
      });
    },
    consume: (request) => consumed(log.consume(request), request.group, traced),
  };
}

async function* consumed(
  batches: AsyncIterable<LogBatch>,
  group: string,
  traced: Traced,
): AsyncIterable<LogBatch> {
  for await (const batch of batches) {
    const parents = batch.records.map(({ value }) => recentIn(value, traced.now()));
    const attributes = {
      'messaging.consumer.group.name': group.startsWith('facts-') ? 'facts' : group,
      'messaging.batch.message_count': batch.records.length,
    };
    const spans = beginEach(traced, 'process', { parents, attributes });
    if (spans === null) {
      yield batch;
      continue;
    }
    const commit = () => spans.around(async () => [await batch.commit(), 'ok']);
    let cameBack = false;
    try {
      yield { ...batch, commit };
      cameBack = true;
    } finally {
      // Who gathers batches commits later; who never comes back has failed.
      if (!cameBack) spans.end('failed');
    }
  }
}

/** Begins the span of a frame for a record that came; null where its trace is not recorded. */
export type BeginFrame = (value: string) => Pick<Span, 'end'> | null;

export function frameSpans({ tracing, now }: Traced): BeginFrame {
  return (value) => {
    const parent = recentIn(value, now());
    return parent === undefined ? null : tracing.begin('frame', { parent });
  };
}

/** Older records are history that is read anew, which would write into traces of long ago. */
const recentMs = 10 * 60_000;
const recordedAt = /"recordedAtMs":(\d+)/;

function recentIn(value: string, nowMs: number): string | undefined {
  const traceparent = traceparentOf(value);
  if (traceparent === undefined) return undefined;
  const atMs = Number(recordedAt.exec(value)?.[1] ?? 0);
  return nowMs - atMs <= recentMs ? traceparent : undefined;
}

/** Spans that begin and end together, one for each parent. */
type Together = {
  of(parent: string | undefined): Span | undefined;
  end(outcome: string): void;
  around<Answer>(work: () => Promise<[answer: Answer, outcome: string]>): Promise<Answer>;
};

/** Null where nobody's trace is recorded. Where several are, a batch holds them together. */
function beginEach(
  { tracing }: Traced,
  name: 'append' | 'publish' | 'process',
  of: {
    readonly parents: readonly (string | undefined)[];
    readonly attributes: SpanAttributes;
  },
): Together | null {
  const parents = [...new Set(of.parents)].filter((parent) => parent !== undefined);
  if (parents.length === 0) return null;
  const attributes = { ...of.attributes, 'parley.batch.of': name };
  const batch = parents.length > 1 ? tracing.begin('batch', { links: parents, attributes }) : null;
  const links = batch ? [batch.traceparent] : [];
  const made = new Map(
    parents.map((parent) => [parent, tracing.begin(name, { parent, links, attributes })]),
  );
  const end = (outcome: string): void => {
    for (const span of made.values()) span.end({ 'parley.outcome': outcome });
    batch?.end({ 'parley.outcome': outcome });
  };
  return {
    of: (parent) => (parent === undefined ? undefined : made.get(parent)),
    end,
    around: async (work) => {
      let outcome = 'failed';
      try {
        const [answer, became] = await work();
        outcome = became;
        return answer;
      } finally {
        end(outcome);
      }
    },
  };
}
