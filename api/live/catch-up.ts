import { GraphQLError } from 'graphql';
import type { Clock } from '../../projections/clock.ts';
import { decodeCursor } from '../../schemas/graphql/cursor.ts';
import type { Device } from './device.ts';
import type { Happening } from './happening.ts';
import { missedHappening } from './happening.ts';
import type { LiveReads, Membership, Span } from './live-reads.ts';
import type { EventsRequest } from './operations.ts';
import type { LiveRoot } from './roots.ts';
import { progressRoot, rootsFor } from './roots.ts';

const pageRowsMax = 500;
const framesInATurn = 100;
const positionMax = 2n ** 63n - 1n;

export type CatchUpOptions = {
  readonly reads: LiveReads;
  readonly contextFor: (viewer: Device['viewer']) => unknown;
  readonly now: () => number;
  readonly clock: Clock;
  readonly waitMs: number;
};

/**
 * Sends a device what it missed, then lets it go live. The device is registered already: what
 * happens meanwhile is held and follows. Order: events of conversations by position, then marks,
 * settings and profiles in their newest state, then a Progress with the head that all this reaches.
 */
export async function catchUp(
  device: Device,
  request: EventsRequest,
  options: CatchUpOptions & { readonly head: bigint; readonly memberships: readonly Membership[] },
): Promise<void> {
  const { head, now } = options;
  const after = newestCursor(request, head);
  if (after !== null && after < head) {
    await sendMissed(device, { after, upTo: head, rowsMax: pageRowsMax }, options);
    await sendNewestState(device, { after, upTo: head, rowsMax: pageRowsMax }, options);
  }
  await sendRoots(device, [progressRoot(head, now())], options);
  device.goLive(head);
}

/**
 * Standard clients repeat the same subscribe payload when they reconnect, so the newest cursor may
 * stand in connection_init: the newer of the two counts. Null: a new device that holds nothing, it
 * begins at the head.
 */
export function newestCursor(request: EventsRequest, head: bigint): bigint | null {
  const given = [request.after, request.connection.initCursor()].flatMap((text, at) => {
    if (text === null) return [];
    const position = decodeCursor(text);
    const name = at === 0 ? 'after' : 'connection_init.cursor';
    if (position === null) throw wrongCursor(name, 'is not a cursor of ours');
    if (position > head)
      throw wrongCursor(name, 'lies in the future: it comes from another platform');
    return [position];
  });
  return given.reduce<bigint | null>((a, b) => (a === null || b > a ? b : a), null);
}

async function sendMissed(
  device: Device,
  span: Span,
  options: CatchUpOptions & { readonly memberships: readonly Membership[] },
): Promise<void> {
  let { after } = span;
  while (!device.gone()) {
    const page = await options.reads.missedEvents(device.viewer, options.memberships, {
      ...span,
      after,
    });
    const happenings = page.flatMap((view) => missedHappening(view) ?? []);
    await sendHappenings(device, happenings, options);
    const last = page.at(-1);
    if (!last || page.length < span.rowsMax) return;
    after = last.position;
  }
}

async function sendNewestState(
  device: Device,
  span: Span,
  options: CatchUpOptions & { readonly memberships: readonly Membership[] },
): Promise<void> {
  const { reads, memberships } = options;
  const { viewer } = device;
  const none = { revision: 0, atMs: options.now(), number: null, joined: [], left: [] };
  // A message of hers moves her row past the head, and tells live of itself only: what the row had
  // changed for before is told with it.
  const own = await allPages({ ...span, upTo: positionMax }, (page) =>
    reads.changedParticipations(viewer, page),
  );
  const marks = await allPages(span, (page) => reads.movedMarks(memberships, page));
  const people = await allPages(span, (page) => reads.changedPeople(viewer, page));
  const happenings: Happening[] = [
    ...own.map(({ conversationId, position }) => ({
      ...none,
      ...{ typeName: 'ParticipationChanged', conversationId, position, person: viewer },
    })),
    ...marks.map(({ conversationId, userId, position }) => ({
      ...none,
      ...{ typeName: 'MarksMoved', conversationId, position, person: userId },
    })),
    ...people.map(({ userId, position }) => ({
      ...none,
      ...{ typeName: 'ProfileChanged', conversationId: null, position, person: userId },
    })),
  ];
  for (let from = 0; from < happenings.length; from += pageRowsMax) {
    await sendHappenings(device, happenings.slice(from, from + pageRowsMax), options);
  }
}

async function allPages<Row extends { readonly position: bigint }>(
  span: Span,
  read: (page: Span) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let { after } = span;
  for (;;) {
    const page = await read({ ...span, after });
    rows.push(...page);
    const last = page.at(-1);
    if (!last || page.length < span.rowsMax) return rows;
    after = last.position;
  }
}

async function sendHappenings(
  device: Device,
  happenings: readonly Happening[],
  options: CatchUpOptions,
): Promise<void> {
  if (happenings.length === 0) return;
  const roots = await rootsFor(device.viewer, happenings, options.reads);
  await sendRoots(
    device,
    roots.filter((root) => root !== null),
    options,
  );
}

/**
 * One context for the page, so that its loaders read set-wise. Its frames are made some at a time,
 * with a wait for the socket and a turn for everybody else between: who comes back after a week
 * does not keep those waiting who talk.
 */
async function sendRoots(
  device: Device,
  roots: readonly LiveRoot[],
  { contextFor, clock }: CatchUpOptions,
): Promise<void> {
  const context = contextFor(device.viewer);
  for (let from = 0; from < roots.length; from += framesInATurn) {
    const some = roots.slice(from, from + framesInATurn);
    const frames = await Promise.all(some.map(({ source }) => device.shape.frame(source, context)));
    for (const frame of frames) {
      if (!device.caughtUp(frame)) return;
    }
    await device.drained();
    if (roots.length > framesInATurn) await new Promise<void>((resolve) => clock.turn(resolve));
  }
}

function wrongCursor(name: string, why: string): GraphQLError {
  return new GraphQLError(
    `\`${name}\` ${why}: read the first page again and start from its cursor.`,
    {
      extensions: { code: 'BAD_INPUT', field: name },
    },
  );
}
