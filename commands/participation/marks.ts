import type { ConversationId, UserId } from '../../domain/ids.ts';
import { participationKey } from '../../domain/ids.ts';
import type { ParticipationChange } from '../commands.ts';
import type { UseCaseContext } from '../context.ts';
import type { ParticipationOutcome } from './participation.ts';

type Mark = Extract<ParticipationChange, { readonly type: 'mark-delivered' | 'mark-read' }>;
type Submit = (
  by: UserId,
  conversationId: ConversationId,
  change: Mark,
) => Promise<ParticipationOutcome>;

export type Marks = {
  move(by: UserId, conversationId: ConversationId, mark: Mark): Promise<ParticipationOutcome>;
  flush(): Promise<void>;
};

type Waiting = {
  readonly mark: Mark;
  readonly answer: (outcome: Promise<ParticipationOutcome>) => void;
};
/** A person who reads on in one conversation: her marks wait for the end of the second. */
type Held = {
  waiting: Waiting[];
  readonly store: () => Promise<void>;
  readonly takeBack: () => void;
};

/**
 * The first mark is stored at once; those of the next second wait, and then the highest of them is
 * stored. Whoever waits is answered when her mark, or a higher one, is in the log: a mark that was
 * answered is never lost, and a clean stop stores what is held.
 */
export function openMarks(
  { after, limits }: Pick<UseCaseContext, 'after' | 'limits'>,
  submit: Submit,
): Marks {
  const held = new Map<string, Held>();

  const hold = (key: string, by: UserId, conversationId: ConversationId): Held => {
    const store = async (): Promise<void> => {
      const { waiting } = entry;
      entry.waiting = [];
      if (waiting.length === 0) return void held.delete(key);
      const stored = submit(by, conversationId, highest(waiting));
      const outcome = await stored.catch(() => null);
      for (const { mark, answer } of waiting) {
        // One wrong mark among good ones must not take them with it.
        const alone = outcome?.kind === 'refused' && waiting.length > 1;
        answer(alone ? submit(by, conversationId, mark) : stored);
      }
    };
    const turn = (): void => {
      const more = entry.waiting.length > 0;
      void store();
      if (more) cancel = after(limits.markEveryMs, turn);
    };
    let cancel = after(limits.markEveryMs, turn);
    const entry: Held = { waiting: [], store, takeBack: () => cancel() };
    return entry;
  };

  return {
    move: (by, conversationId, mark) => {
      const key = participationKey(conversationId, by);
      const entry = held.get(key);
      if (!entry) {
        if (held.size < limits.heldMarksMax) held.set(key, hold(key, by, conversationId));
        return submit(by, conversationId, mark);
      }
      return new Promise((resolve) => entry.waiting.push({ mark, answer: resolve }));
    },
    flush: async () => {
      const entries = [...held.values()];
      held.clear();
      for (const { takeBack } of entries) takeBack();
      await Promise.all(entries.map(({ store }) => store()));
    },
  };
}

/** One command that moves both marks as far as anybody asked. */
function highest(waiting: readonly Waiting[]): Mark {
  const upTo = (type: Mark['type']): number =>
    waiting.reduce((max, { mark }) => (mark.type === type ? Math.max(max, mark.number) : max), 0);
  const [read, delivered] = [upTo('mark-read'), upTo('mark-delivered')];
  if (read === 0) return { type: 'mark-delivered', number: delivered };
  return { type: 'mark-read', number: read, delivered: Math.max(read, delivered) };
}
