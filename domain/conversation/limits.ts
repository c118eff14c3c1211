import type { ConversationKind, ConversationSettings } from './events.ts';

/** Everybody in a group is told of everything in it; beyond this a channel is the better form. */
export const groupMembersMax = 1_000;
/** A direct conversation is one pair, for ever. */
export const directMembersMax = 2;
/** Some four printed pages: longer texts are documents, and a frame must stay small. */
export const textCodePointsMax = 8_000;
/** One line in a list of conversations. */
export const titleCodePointsMax = 128;
/** A short paragraph at the head of a conversation. */
export const aboutCodePointsMax = 1_000;
/** More marks of one person on one message say nothing more. */
export const reactionsOfPersonPerMessageMax = 20;
/** Pins are read as a list at the head of a conversation. */
export const pinsMax = 50;
/** Two days: a mistake seen the next day can be mended, a settled talk cannot be rewritten. */
export const editWindowMsDefault = 48 * 60 * 60 * 1_000;
/** A month: nobody expects an older text to change under a reply. */
export const editWindowMsMax = 30 * 24 * 60 * 60 * 1_000;
/** Repeats of these need no look-up; a power of two, for the place of a number in the ring. */
export const rememberedMessagesMax = 4_096;
/** Reactions whose presence or absence is known without a look-up. */
export const rememberedReactionsMax = 4_096;
/** Edits and deletions of forgotten messages, newer than what a look-up may have seen. */
export const rememberedAmendmentsMax = 1_024;
/** A device that was off for a week still gets the first outcome of what it sent. */
export const clientIdAgeMsMax = 7 * 24 * 60 * 60 * 1_000;
/** Clocks of devices are off by minutes; more would let an id outlive its week. */
export const clientIdAheadMsMax = 10 * 60 * 1_000;

/** What holds where the starter chose nothing. */
export const settingsDefaults: Readonly<Record<ConversationKind, ConversationSettings>> = {
  direct: {
    editWindowMs: editWindowMsDefault,
    posting: 'members',
    adding: 'admins',
    editing: 'members',
    joining: 'invited',
    history: 'everything',
  },
  group: {
    editWindowMs: editWindowMsDefault,
    posting: 'members',
    adding: 'members',
    editing: 'members',
    joining: 'invited',
    history: 'everything',
  },
  channel: {
    editWindowMs: editWindowMsDefault,
    posting: 'admins',
    adding: 'admins',
    editing: 'admins',
    joining: 'open',
    history: 'everything',
  },
};
