import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { Reader } from '../embedded/reader.ts';
import type { StoredEvent } from '../embedded/rows.ts';
import { readEvent, streamNameOf } from './wire.ts';

/** Pages of a stream or of the whole log, each after what the page before ended with. */
export type Source = {
  next(eventsMax: number): readonly StoredEvent[];
  /** Whether nothing comes after the page before, as long as nothing is written. */
  atEnd(): boolean;
};

export const pageEventsMax = 500;
const last = Number.MAX_SAFE_INTEGER;

type StreamOptions = streamsPb.ReadReq.Options.StreamOptions;
type AllOptions = streamsPb.ReadReq.Options.AllOptions;
type Direction = 'forwards' | 'backwards';

/** A read includes the revision that it names, in both directions. */
export function streamSource(
  reader: () => Reader,
  { options, direction }: { options: StreamOptions; direction: Direction },
): Source {
  const end = options.hasEnd() ? last : Number(options.getRevision());
  return pagesOfStream(reader, {
    ...{ name: streamNameOf(options.getStreamIdentifier()), direction },
    from: options.hasStart() ? 0 : end,
  });
}

/** A subscription begins after the revision that it names. */
export function streamTail(reader: () => Reader, options: StreamOptions): Source {
  const name = streamNameOf(options.getStreamIdentifier());
  const lastRevision = reader().stream(name)?.lastRevision ?? -1;
  const after = options.hasEnd() ? lastRevision : Number(options.getRevision());
  const from = options.hasStart() ? 0 : after + 1;
  return pagesOfStream(reader, { name, direction: 'forwards', from });
}

/** A position is included forwards and excluded backwards. */
export function allSource(
  reader: () => Reader,
  { options, direction }: { options: AllOptions; direction: Direction },
): Source {
  const at = positionOf(options);
  if (direction === 'forwards') return pagesOfAll(reader, at - 1);
  let before = at;
  return {
    next: (eventsMax) => {
      const page = reader().pageOfAllBackwards({ before, eventsMax });
      before = Number(page.at(-1)?.position ?? before);
      return page;
    },
    atEnd: () => before <= 1,
  };
}

export function allTail(reader: () => Reader, options: AllOptions): Source {
  const after = options.hasEnd() ? reader().newestPosition() : positionOf(options);
  return pagesOfAll(reader, after);
}

function positionOf(options: AllOptions): number {
  if (options.hasStart()) return 0;
  return options.hasEnd() ? last : Number(options.getPosition()?.getCommitPosition() ?? 0);
}

function pagesOfStream(
  reader: () => Reader,
  { name, from, direction }: { name: string; from: number; direction: Direction },
): Source {
  let next = from;
  return {
    next: (eventsMax) => {
      const page = reader().pageOfStream({ name, from: next, direction, eventsMax });
      const revision = page.at(-1)?.revision;
      if (revision !== undefined) next = direction === 'forwards' ? revision + 1 : revision - 1;
      return page;
    },
    atEnd: () => {
      if (direction === 'backwards') return next < 0;
      return next > (reader().stream(name)?.lastRevision ?? -1);
    },
  };
}

function pagesOfAll(reader: () => Reader, from: number): Source {
  let after = from;
  return {
    next: (eventsMax) => {
      const page = reader().pageOfAll({ after, eventsMax });
      after = Number(page.at(-1)?.position ?? after);
      return page;
    },
    atEnd: () => after >= reader().newestPosition(),
  };
}

export type Place = { readonly stream: string; readonly revision: number };

/** A link is an event whose data is `REVISION@STREAM`; null for any other event. */
export function linkTarget({ type, data }: Pick<StoredEvent, 'type' | 'data'>): Place | null {
  if (type !== '$>') return null;
  const [revision = '', ...name] = Buffer.from(data).toString('utf8').split('@');
  return { stream: name.join('@'), revision: Number(revision) };
}

/** The event that stands there; null when there is none (any more). */
export function eventAt(reader: Reader, { stream: name, revision: from }: Place) {
  const page = reader.pageOfStream({ name, from, direction: 'forwards', eventsMax: 1 });
  return page.find(({ revision }) => revision === from) ?? null;
}

export function responseOf(
  event: StoredEvent,
  { reader, resolveLinks }: { reader: () => Reader; resolveLinks: boolean },
): streamsPb.ReadResp {
  const target = resolveLinks ? linkTarget(event) : null;
  return target ? readEvent(eventAt(reader(), target), event) : readEvent(event);
}
