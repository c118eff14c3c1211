import { systemEvent } from '../../embedded/rules.ts';
import { withTruncation } from '../../embedded/stream-metadata.ts';
import type { Engine } from '../../engine.ts';

/** Data of the newest event of a stream; null when there is none. */
export function newestData(engine: Engine, name: string): Uint8Array | null {
  const from = Number.MAX_SAFE_INTEGER;
  const page = { name, from, direction: 'backwards', eventsMax: 1 } as const;
  return engine.reader().pageOfStream(page)[0]?.data ?? null;
}

/**
 * Keeps only so many events of a stream. Said once: said again after a deletion, it would bring
 * back what was deleted.
 */
export async function keepNewest(engine: Engine, stream: string, count: number): Promise<void> {
  const about = `$$${stream}`;
  if (engine.reader().stream(about)) return;
  const keeping = systemEvent('$metadata', Buffer.from(JSON.stringify({ $maxCount: count })));
  await engine.append({ stream: about, expected: 'any', events: [keeping] });
}

/** Forgets what a stream has before this revision. */
export async function truncate(engine: Engine, stream: string, before: number): Promise<void> {
  const about = `$$${stream}`;
  const data = withTruncation(newestData(engine, about), before);
  await engine.append({
    ...{ stream: about, expected: 'any' },
    events: [systemEvent('$metadata', data)],
  });
}

/** Deletes a stream if it is there. */
export async function removeStream(engine: Engine, stream: string): Promise<void> {
  if (engine.reader().stream(stream)?.state !== 'open') return;
  await engine.remove({ stream, expected: 'any', removal: 'deleted' });
}
