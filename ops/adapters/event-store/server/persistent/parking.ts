import { randomUUID } from 'node:crypto';
import type { Engine } from '../../engine.ts';
import { eventAt, linkTarget } from '../source.ts';
import type { GroupName } from './definition.ts';
import { parkedStream } from './definition.ts';
import type { Message, Waiting } from './message.ts';
import { messageOf } from './message.ts';
import { truncate } from './own-streams.ts';
import { openProgress } from './progress.ts';

/**
 * What a group could not bring to anybody, as links in a stream of its own, in the order in which
 * it was put there. A link is forgotten only when its message came back and was settled.
 */
export type Parking = {
  /** Durable when it resolves; rejects with EventStoreUnavailable. */
  park(message: Message, why: { readonly reason: string; readonly nowMs: number }): Promise<void>;
  /** Lets so many more come back, the oldest first. */
  replay(count: number): void;
  /** Up to so many of those that come back, without their events: a page may be large. */
  next(eventsMax: number): readonly Waiting[];
  hasNext(): boolean;
  replaying(): boolean;
  settle(revision: number): void;
  /** Forgets the links of what was settled. */
  tidy(): Promise<void>;
  /** Parked, and not coming back at the moment. */
  count(): number;
};

export function openParking(engine: Engine, name: GroupName): Parking {
  const stream = parkedStream(name);
  const found = engine.reader().stream(stream);
  const oldest = found?.state === 'open' ? found.truncateBefore : (found?.lastRevision ?? -1) + 1;
  const progress = openProgress(oldest - 1);
  let until = oldest; // exclusive: what comes back
  let kept = oldest; // the first link that is not forgotten
  let tidying: Promise<void> | null = null;
  const end = (): number => (engine.reader().stream(stream)?.lastRevision ?? -1) + 1;
  const forget = async (before: number): Promise<void> => {
    await truncate(engine, stream, before);
    kept = before;
  };

  return {
    park: async ({ stream: of, revision }, { reason, nowMs }) => {
      const metadata = JSON.stringify({ added: new Date(nowMs).toISOString(), reason });
      const link = {
        ...{ id: randomUUID(), type: '$>', json: false },
        ...{ data: Buffer.from(`${revision}@${of}`), metadata: Buffer.from(metadata) },
      };
      const outcome = await engine.append({ stream, expected: 'any', events: [link] });
      if (outcome.kind !== 'appended') throw new Error(`parking came to ${outcome.kind}`);
    },
    replay: (count) => {
      until = Math.min(end(), until + count);
    },
    next: (eventsMax) => {
      const from = progress.readUpTo() + 1;
      const page = { name: stream, from, direction: 'forwards' as const };
      const asked = Math.min(eventsMax, until - from);
      if (asked <= 0) return [];
      const links = engine.reader().pageOfStream({ ...page, eventsMax: asked });
      const back = links.flatMap((link) => {
        const target = linkTarget(link);
        const event = target && eventAt(engine.reader(), target);
        progress.read(link.revision, event ? 'open' : 'passed');
        return event ? [{ message: messageOf(event, { parked: link.revision }), event: null }] : [];
      });
      if (links.length === 0) progress.read(until - 1, 'passed');
      return back;
    },
    hasNext: () => progress.readUpTo() + 1 < until,
    replaying: () => progress.readUpTo() + 1 < until || progress.open() > 0,
    settle: progress.settle,
    tidy: async () => {
      const before = progress.settledUpTo() + 1;
      if (before <= kept || tidying) return tidying ?? undefined;
      tidying = forget(before).finally(() => {
        tidying = null;
      });
      return tidying;
    },
    count: () => Math.max(0, end() - until),
  };
}
