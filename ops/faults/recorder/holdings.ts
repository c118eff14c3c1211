import type { SeenMessage } from '../../simulate/history.ts';

/** What a device holds of one conversation. */
type Held = {
  readonly messages: Map<number, SeenMessage>;
  member: boolean;
  whole: boolean; // nothing is missing before what came live
};

/**
 * A client's own copy: what came live, and pages where it came late. A page adds what is missing
 * and changes nothing, since what came live is newer.
 */
export type Holdings = {
  /** Something live of this conversation; `fromStart` when it is the first there ever was. */
  heard(conversation: string, fromStart: boolean): void;
  came(conversation: string): void;
  went(conversation: string): void;
  show(conversation: string, message: SeenMessage): void;
  addPage(conversation: string, messages: readonly SeenMessage[]): void;
  /** Conversations whose pages must be read. */
  wanting(): readonly string[];
  filled(conversation: string): void;
  isMember(conversation: string): boolean;
  conversations(): readonly string[];
  messages(conversation: string): readonly SeenMessage[]; // by number
};

export function openHoldings(): Holdings {
  const held = new Map<string, Held>();
  const of = (conversation: string): Held => {
    const known = held.get(conversation);
    if (known) return known;
    const fresh = { messages: new Map(), member: true, whole: false };
    held.set(conversation, fresh);
    return fresh;
  };
  return {
    heard: (conversation, fromStart) => {
      const isNew = !held.has(conversation);
      const it = of(conversation);
      if (isNew) it.whole = fromStart;
    },
    came: (conversation) => {
      const it = of(conversation);
      if (it.member) return;
      it.messages.clear(); // what was changed while she was away, nobody told her
      it.member = true;
      it.whole = false;
    },
    went: (conversation) => {
      of(conversation).member = false;
    },
    show: (conversation, message) => {
      of(conversation).messages.set(message.number, message);
    },
    addPage: (conversation, messages) => {
      const it = of(conversation);
      for (const message of messages) {
        if (!it.messages.has(message.number)) it.messages.set(message.number, message);
      }
    },
    wanting: () => [...held].filter(([, it]) => it.member && !it.whole).map(([id]) => id),
    filled: (conversation) => {
      of(conversation).whole = true;
    },
    isMember: (conversation) => held.get(conversation)?.member ?? false,
    conversations: () => [...held.keys()],
    messages: (conversation) =>
      [...of(conversation).messages.values()].sort((one, other) => one.number - other.number),
  };
}
