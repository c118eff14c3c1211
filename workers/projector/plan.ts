import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Checkpoint, NamedCheckpoint } from './checkpoints.ts';
import { reasonOf } from './reason.ts';
import type { Destination, Item, Parking, Planned } from './target.ts';

/** What one batch means for one projection. */
export type Plan<Wanted> = {
  readonly target: Destination<Wanted>;
  readonly events: readonly Planned<Wanted>[];
  readonly parkings: readonly Parking[];
  readonly checkpoints: readonly NamedCheckpoint[]; // of the partitions that move
  readonly parkedKeys: readonly string[]; // those the plan believed to be parked
};

/**
 * What is known of a projection's place when a plan is made; the transaction checks that it still
 * holds.
 */
export type Standing = {
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
  readonly parkedKeys: ReadonlySet<string>;
};

/**
 * Sorts a batch: what was applied before is left out (by offset, and by position where a relay said
 * it twice), what cannot be read is parked, and what follows a parked event under its key waits
 * behind it.
 */
export function planFor<Wanted>(
  target: Destination<Wanted>,
  items: readonly Item[],
  standing: Standing,
): Plan<Wanted> {
  const events: Planned<Wanted>[] = [];
  const parkings: Parking[] = [];
  const moved = new Map<number, NamedCheckpoint>();
  const stopped = new Set(standing.parkedKeys);
  const believed = new Set<string>();
  for (const { record, content } of items) {
    const at = moved.get(record.partition) ?? standing.checkpoints.get(record.partition);
    if (at !== undefined && record.offset < at.nextOffset) continue;
    const applied = at?.position ?? 0n;
    const position = content === null ? applied : content.position;
    moved.set(record.partition, {
      projection: target.name,
      partition: record.partition,
      nextOffset: record.offset + 1,
      position: position > applied ? position : applied,
      generation: at?.generation ?? 0,
    });
    if (content === null || content.category === 'watermark') continue;
    if (position <= applied && position > 0n) continue; // 0: nobody knows, so it is not left out
    const wanted = content.category === 'unreadable' ? content.reason : changesOf(target, content);
    if (wanted === null) continue;
    if (stopped.has(record.key)) {
      if (standing.parkedKeys.has(record.key)) believed.add(record.key);
      parkings.push({ record, position, reason: null });
    } else if (typeof wanted === 'string') {
      stopped.add(record.key);
      parkings.push({ record, position, reason: wanted });
    } else {
      events.push({ record, position, changes: wanted });
    }
  }
  const checkpoints = [...moved.values()];
  return { target, events, parkings, checkpoints, parkedKeys: [...believed] };
}

/** Null where the projection does not care; a reason where it cannot say. */
export function changesOf<Wanted>(
  { projection }: Destination<Wanted>,
  recorded: ParleyEvent,
): readonly Wanted[] | string | null {
  if (!projection.handles.has(recorded.event.type)) return null;
  try {
    return projection.changes(recorded);
  } catch (error) {
    return reasonOf(error);
  }
}
