import type { ParticipationEvent } from './events.ts';

/**
 * What one person keeps about one conversation. Never written to in place: old states stay good.
 */
export type ParticipationState = {
  readonly revision: number; // of the last event folded; −1 before the first
  readonly subscription: Subscription;
  readonly deliveredUpTo: number;
  readonly readUpTo: number; // at most deliveredUpTo
  readonly markedUnread: boolean;
  readonly muted: MuteState;
  readonly archived: boolean;
  readonly pinned: boolean;
  readonly clearedUpTo: number; // 0: nothing cleared
  // single messages above clearedUpTo, at most hiddenMessagesMax
  readonly hidden: ReadonlySet<number>;
};

/** To a channel; in direct conversations and groups it stays 'none'. */
export type Subscription =
  | { readonly situation: 'none' | 'left' }
  | { readonly situation: 'joined'; readonly atNumber: number };

/**
 * Until a moment, or for good (untilMs undefined). A moment that has passed counts as not muted.
 */
export type MuteState =
  | { readonly situation: 'loud' }
  | { readonly situation: 'muted'; readonly untilMs: number | undefined };

export function initialState(): ParticipationState {
  return {
    revision: -1,
    subscription: { situation: 'none' },
    deliveredUpTo: 0,
    readUpTo: 0,
    markedUnread: false,
    muted: { situation: 'loud' },
    archived: false,
    pinned: false,
    clearedUpTo: 0,
    hidden: new Set(),
  };
}

export function evolve(before: ParticipationState, event: ParticipationEvent): ParticipationState {
  return { ...before, ...changed(before, event), revision: before.revision + 1 };
}

function changed(
  state: ParticipationState,
  event: ParticipationEvent,
): Partial<ParticipationState> {
  switch (event.type) {
    case 'marks-moved':
      return moved(state, event.deliveredUpTo, event.readUpTo);
    case 'marked-unread':
      return { markedUnread: true };
    case 'unread-mark-cleared':
      return { markedUnread: false };
    case 'muted':
      return { muted: { situation: 'muted', untilMs: event.untilMs } };
    case 'unmuted':
      return { muted: { situation: 'loud' } };
    case 'archived':
      return { archived: true };
    case 'unarchived':
      return { archived: false };
    case 'conversation-pinned':
      return { pinned: true };
    case 'conversation-unpinned':
      return { pinned: false };
    case 'history-cleared':
      return cleared(state, event.upTo);
    case 'message-hidden':
      return { hidden: new Set(state.hidden).add(event.number) };
    case 'channel-joined':
      return { subscription: { situation: 'joined', atNumber: event.atNumber } };
    case 'channel-left':
      return { subscription: { situation: 'left' } };
    default:
      return {}; // an event of a newer build: history always loads
  }
}

function moved(state: ParticipationState, delivered: number, read: number) {
  const readUpTo = Math.max(state.readUpTo, read);
  return { readUpTo, deliveredUpTo: Math.max(state.deliveredUpTo, delivered, readUpTo) };
}

function cleared(state: ParticipationState, upTo: number) {
  const clearedUpTo = Math.max(state.clearedUpTo, upTo);
  const hidden = new Set([...state.hidden].filter((number) => number > clearedUpTo));
  return { clearedUpTo, hidden };
}
