import type { ConversationRefusal } from '../../domain/conversation/commands.ts';
import type { ConversationKind } from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Commands, NewConversation, NoSuchPerson, Started } from '../commands.ts';
import type { UseCaseContext } from '../context.ts';
import { directConversationId } from '../derived-ids.ts';
import type { Outcome } from '../outcome.ts';

type Opened = Outcome<Started, ConversationRefusal | NoSuchPerson>;
type Start = {
  readonly kind: ConversationKind;
  readonly id: ConversationId;
  readonly by: UserId;
  readonly others: readonly UserId[];
} & Pick<NewConversation, 'title' | 'about' | 'settings'>;

/** OpenDirect, CreateGroup, CreateChannel: everybody named must be a person we know. */
export function openStarting(
  context: UseCaseContext,
): Pick<Commands, 'openDirect' | 'createGroup' | 'createChannel'> {
  const group = (kind: 'group' | 'channel') => (by: UserId, asked: NewConversation) => {
    const { id, title, about, members, settings } = asked;
    return start(context, { kind, id, by, others: members, title, about, settings });
  };
  return {
    openDirect: (by, other) => {
      const id = directConversationId(by, other);
      const nothing = { title: '', about: '', settings: {} };
      return start(context, { kind: 'direct', id, by, others: [other], ...nothing });
    },
    createGroup: group('group'),
    createChannel: group('channel'),
  };
}

async function start(
  { registry, facts, now, newId }: UseCaseContext,
  { id, ...asked }: Start,
): Promise<Opened> {
  const [unknown] = await facts.unknownPeople(asked.others);
  if (unknown !== undefined) return noSuchPerson(unknown);
  const reply = await registry.conversation.submit(id, {
    command: { type: 'start-conversation', atMs: now(), ...asked },
    answer: () => ({ conversationId: id }),
    eventId: newId,
    needsFacts: () => false,
  });
  if (reply.kind === 'needs-facts') throw new Error('starting needs no facts');
  return reply;
}

export function noSuchPerson(userId: UserId): {
  readonly kind: 'refused';
  readonly refusal: NoSuchPerson;
} {
  return { kind: 'refused', refusal: { kind: 'no-such-person', userId } };
}
