import { z } from 'zod';

/** All events, not one stream. */
export const allStream = '$all';

export const strategies = ['DispatchToSingle', 'RoundRobin', 'Pinned'] as const;

const settings = z.object({
  resolveLinks: z.boolean(),
  extraStatistics: z.boolean(),
  maxRetryCount: z.number(),
  messageTimeoutMs: z.number(), // 0: never
  checkpointAfterMs: z.number(),
  minCheckpointCount: z.number(),
  maxCheckpointCount: z.number(),
  maxSubscriberCount: z.number(), // 0: as many as the server bears
  liveBufferSize: z.number(), // told back, not used: history and live are read alike
  readBatchSize: z.number(),
  historyBufferSize: z.number(),
  strategy: z.enum(strategies),
});

const filter = z.object({
  by: z.enum(['stream', 'type']),
  regex: z.string(),
  prefixes: z.array(z.string()),
});

/**
 * What a group is, as it is kept. Its place in its source is a revision, or a position for `$all`:
 * it begins after `startAfter`, which is decided when the group is made.
 */
export const definition = z.object({
  stream: z.string(),
  group: z.string(),
  startFrom: z.string(), // as it was asked
  startAfter: z.number(),
  filter: filter.nullable(),
  settings,
});

export type Definition = z.infer<typeof definition>;
export type GroupSettings = Definition['settings'];
export type GroupFilter = NonNullable<Definition['filter']>;
export type Strategy = GroupSettings['strategy'];

export type GroupName = { readonly stream: string; readonly group: string };

/** Also what the streams of a group are called by, so two groups may not share it. */
export function keyOf({ stream, group }: GroupName): string {
  return `${stream}::${group}`;
}

const ownPrefix = '$persistentsubscription-';

export function checkpointStream(name: GroupName): string {
  return `${ownPrefix}${keyOf(name)}-checkpoint`;
}

export function parkedStream(name: GroupName): string {
  return `${ownPrefix}${keyOf(name)}-parked`;
}

/** What groups write about themselves; a group on `$all` that read it would write for ever. */
export function isOfGroups(stream: string): boolean {
  return stream.startsWith(ownPrefix) || stream.startsWith(`$$${ownPrefix}`);
}

/** A place as text: a revision, or a position of `$all` in both its parts. */
export function placeText(stream: string, place: number): string {
  return stream === allStream ? `C:${place}/P:${place}` : `${place}`;
}

export function placeOf(text: string): number | null {
  const found = /^(?:C:)?(\d+)(?:\/P:\d+)?$/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
