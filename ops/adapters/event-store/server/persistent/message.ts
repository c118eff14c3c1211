import type { Reader } from '../../embedded/reader.ts';
import type { StoredEvent } from '../../embedded/rows.ts';
import { linkTarget } from '../source.ts';
import { allStream } from './definition.ts';

/** An event that a group has to bring to somebody, until it is settled. */
export type Message = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly about: string; // the stream that it speaks of: a link's target, or its own
  /** Its place in the group's source, or in the stream of parked ones when it comes from there. */
  readonly place: number;
  readonly from: 'source' | 'parked';
  readonly retries: number;
};

/** With the event itself where it was just read; otherwise it is read when it is sent. */
export type Waiting = { readonly message: Message; readonly event: StoredEvent | null };

export function messageOf(event: StoredEvent, from: { source: string } | { parked: number }) {
  const { id, stream, revision } = event;
  const position = Number(event.position);
  const place = 'parked' in from ? from.parked : from.source === allStream ? position : revision;
  const about = event.type === '$>' ? (linkTarget(event)?.stream ?? stream) : stream;
  const which = 'parked' in from ? ('parked' as const) : ('source' as const);
  return { id, stream, revision, position, about, place, from: which, retries: 0 };
}

/** The event of a message; null when the log does not keep it any more. */
export function eventOf(reader: Reader, { position }: Message): StoredEvent | null {
  const [event] = reader.pageOfAll({ after: position - 1, eventsMax: 1 });
  return event?.position === BigInt(position) ? event : null;
}
