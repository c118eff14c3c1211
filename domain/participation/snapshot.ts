import type { Json } from '../json.ts';
import type { MuteState, ParticipationState, Subscription } from './state.ts';

/** Raised with every change of the state's meaning: older snapshots are then passed over. */
export const participationStateVersion = 1;

/** Plain data, without any personal text. */
export function snapshot(state: ParticipationState): Json {
  const { subscription, muted, hidden, ...plain } = state;
  return {
    ...plain,
    version: participationStateVersion,
    subscription,
    muted: muted.situation === 'loud' ? muted : { ...muted, untilMs: muted.untilMs ?? null },
    hidden: [...hidden],
  };
}

/** Null when it is not a snapshot of this version: load from the events instead. */
export function fromSnapshot(json: Json): ParticipationState | null {
  const stored = json as Stored | null; // our own writing, told by its version
  if (stored?.version !== participationStateVersion) return null;
  const { version: _, muted, hidden, ...plain } = stored;
  return { ...plain, muted: restoredMute(muted), hidden: new Set(hidden) };
}

type Stored = Omit<ParticipationState, 'subscription' | 'muted' | 'hidden'> & {
  readonly version: number;
  readonly subscription: Subscription;
  readonly muted: { readonly situation: MuteState['situation']; readonly untilMs?: number | null };
  readonly hidden: readonly number[];
};

function restoredMute({ situation, untilMs }: Stored['muted']): MuteState {
  return situation === 'loud' ? { situation } : { situation, untilMs: untilMs ?? undefined };
}
