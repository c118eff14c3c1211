import type { StoredEvent } from '../../embedded/rows.ts';
import { pageEventsMax } from '../source.ts';
import { allStream, isOfGroups } from './definition.ts';
import type { Running } from './group.ts';
import { messageOf } from './message.ts';

/** Bodies that wait to be sent: no page is read beyond this. */
const waitingBytesMax = 8 * 1_048_576;

/** Reads a page into the buffers where there is room; true when more may be read at once. */
export function fill(running: Running): boolean {
  const back = fillParked(running);
  return fillFresh(running) || back;
}

function fillParked({ definition, parking, replayed }: Running): boolean {
  const left = definition.settings.readBatchSize - replayed.length;
  if (left <= 0) return false;
  replayed.push(...parking.next(left));
  return parking.hasNext();
}

function fillFresh(running: Running): boolean {
  const { definition, progress, fresh } = running;
  const { readBatchSize } = definition.settings;
  const page =
    room(running) > 0 ? pageOf(running, definition.filter ? pageEventsMax : readBatchSize) : null;
  if (!page) return false;
  for (const event of page) {
    if (room(running) <= 0) break;
    const message = messageOf(event, { source: definition.stream });
    const wanted = isMeant(running, event);
    progress.read(message.place, wanted ? 'open' : 'passed');
    if (!wanted) continue;
    fresh.push({ message, event });
    running.freshBytes += event.data.length + event.metadata.length;
  }
  running.caughtUp = page.length === 0;
  return page.length > 0;
}

function room({ definition, fresh, freshBytes }: Running): number {
  if (freshBytes >= waitingBytesMax) return 0;
  return definition.settings.historyBufferSize - fresh.length;
}

function pageOf({ definition, engine, progress }: Running, eventsMax: number) {
  const { stream: name } = definition;
  const after = progress.readUpTo();
  if (name === allStream) return engine.reader().pageOfAll({ after, eventsMax });
  const page = { name, from: after + 1, direction: 'forwards' as const, eventsMax };
  return engine.reader().pageOfStream(page);
}

function isMeant({ definition, wants }: Running, event: StoredEvent): boolean {
  if (definition.stream === allStream && isOfGroups(event.stream)) return false;
  return wants(event);
}
