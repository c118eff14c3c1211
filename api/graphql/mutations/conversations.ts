import type {
  Commands,
  ConversationChange,
  NewConversation,
  Started,
} from '../../../commands/commands.ts';
import type { Outcome } from '../../../commands/outcome.ts';
import type { ConversationSettings, Role } from '../../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../../domain/ids.ts';
import type {
  MutationAddMembersArgs,
  MutationCloseConversationArgs,
  MutationCreateChannelArgs,
  MutationCreateGroupArgs,
  MutationJoinArgs,
  MutationLeaveArgs,
  MutationOpenDirectArgs,
  MutationRemoveMemberArgs,
  MutationSetRoleArgs,
  MutationUpdateConversationArgs,
} from '../../../schemas/graphql/types.ts';
import type { ApiContext } from '../../context.ts';
import { viewerOf } from '../../context.ts';
import type { AnyRefusal } from '../../errors.ts';
import { badInput } from '../../errors.ts';
import { conversationIdIn, userIdIn, userIdsIn } from '../input.ts';
import type { FieldResolvers } from '../schema.ts';
import type { Called } from './payload.ts';
import { payloadOf } from './payload.ts';
import { shownConversation } from './shown.ts';

export const conversationMutations: FieldResolvers = {
  openDirect: async (_parent, { input }: MutationOpenDirectArgs, context) => {
    const by = viewerOf(context);
    const other = userIdIn(input.personId);
    const outcome = await context.dependencies.commands.openDirect(by, other);
    return payloadOf(outcome, ({ conversationId }, position) =>
      shownConversation(context, conversationId, position),
    );
  },
  createGroup: async (_parent, { input }: MutationCreateGroupArgs, context) => {
    const by = viewerOf(context);
    const members = userIdsIn(input.memberIds, 'memberIds');
    const group = newConversation(context, { ...input, members, settings: {} });
    const outcome = await context.dependencies.commands.createGroup(by, group);
    const show = ({ conversationId }: Started, position: bigint) =>
      shownConversation(context, conversationId, position);
    return payloadOf(outcome, show, namedIn('memberIds'));
  },
  createChannel: async (_parent, { input }: MutationCreateChannelArgs, context) => {
    const by = viewerOf(context);
    const settings = { joining: (input.public ?? true) ? 'open' : 'invited' } as const;
    const channel = newConversation(context, { ...input, members: [], settings });
    const outcome = await context.dependencies.commands.createChannel(by, channel);
    return payloadOf(outcome, ({ conversationId }, position) =>
      shownConversation(context, conversationId, position),
    );
  },
  updateConversation: (_parent, { input }: MutationUpdateConversationArgs, context) => {
    const { title, about, settings } = input;
    return change(context, conversationIdIn(input.conversationId), {
      type: 'update-conversation',
      ...{ title: title ?? undefined, about: about ?? undefined },
      settings: settings ? settingsIn(settings) : undefined,
    });
  },
  closeConversation: (_parent, { input }: MutationCloseConversationArgs, context) =>
    change(context, conversationIdIn(input.conversationId), { type: 'close-conversation' }),
  addMembers: (_parent, { input }: MutationAddMembersArgs, context) =>
    change(context, conversationIdIn(input.conversationId), {
      type: 'add-members',
      users: userIdsIn(input.personIds, 'personIds'),
    }),
  removeMember: (_parent, { input }: MutationRemoveMemberArgs, context) =>
    takeOut(context, input.conversationId, userIdIn(input.personId)),
  setRole: (_parent, { input }: MutationSetRoleArgs, context) =>
    change(context, conversationIdIn(input.conversationId), {
      type: 'set-role',
      user: userIdIn(input.personId),
      role: input.role.toLowerCase() as Role,
    }),
  join: (_parent, { input }: MutationJoinArgs, context) => join(context, input.conversationId),
  leave: (_parent, { input }: MutationLeaveArgs, context) =>
    takeOut(context, input.conversationId, viewerOf(context)),
};

async function change(
  context: ApiContext,
  conversationId: ConversationId,
  asked: ConversationChange,
) {
  const by = viewerOf(context);
  const outcome = await context.dependencies.commands.conversation(by, conversationId, asked);
  const show = (_state: unknown, position: bigint) =>
    shownConversation(context, conversationId, position);
  return payloadOf(outcome, show, asked.type === 'add-members' ? namedIn('personIds') : {});
}

/** The list of people that a refusal is about. */
function namedIn(field: string): Called {
  return { 'no-such-person': field, 'too-many-members': field };
}

/** A channel's subscribers come and go by their participation, a group's members by the group. */
async function join(context: ApiContext, id: string) {
  const conversationId = conversationIdIn(id);
  const found = await context.loaders.conversations.load(conversationId);
  if (found?.kind !== 'channel') {
    return change(context, conversationId, { type: 'join-group' });
  }
  const { commands } = context.dependencies;
  const by = viewerOf(context);
  return shown(
    context,
    conversationId,
    await commands.participation(by, conversationId, { type: 'join-channel' }),
  );
}

/** The viewer goes, or removes somebody. */
async function takeOut(context: ApiContext, id: string, user: UserId) {
  const conversationId = conversationIdIn(id);
  const by = viewerOf(context);
  const asked =
    user === by ? ({ type: 'leave' } as const) : { type: 'remove-member' as const, user };
  const { commands } = context.dependencies;
  const listed = await commands.conversation(by, conversationId, asked);
  const outcome = await unsubscribed(commands, listed, { conversationId, user, by });
  return shown(context, conversationId, outcome);
}

function shown(
  context: ApiContext,
  conversationId: ConversationId,
  outcome: Outcome<unknown, AnyRefusal>,
) {
  return payloadOf(outcome, (_state: unknown, position: bigint) =>
    shownConversation(context, conversationId, position),
  );
}

/**
 * Owners and admins of a channel stand in its list as well. They leave that first, as only that may
 * be refused; what is stored then is not called refused any more: repeating it brings the rest.
 */
async function unsubscribed(
  commands: Commands,
  listed: Awaited<ReturnType<Commands['conversation']>>,
  of: { readonly conversationId: ConversationId; readonly user: UserId; readonly by: UserId },
): Promise<Outcome<unknown, AnyRefusal>> {
  if (listed.kind !== 'done') return listed;
  const { answer: state } = listed;
  if (state.situation === 'none' || state.kind !== 'channel') return listed;
  const { conversationId, user, by } = of;
  const left = await commands.participation(user, conversationId, {
    ...{ type: 'leave-channel', by: by === user ? undefined : by },
  });
  if (left.kind === 'done') {
    return left.position > listed.position ? left : { ...left, position: listed.position };
  }
  if (!listed.stored) return left;
  return { kind: 'unavailable', retryAfterMs: 'retryAfterMs' in left ? left.retryAfterMs : 1_000 };
}

function newConversation(
  { dependencies }: ApiContext,
  asked: Omit<NewConversation, 'id' | 'about'> & { readonly about?: string | null | undefined },
): NewConversation {
  const { title, about, members, settings } = asked;
  const id = dependencies.newId() as ConversationId;
  return { id, title, about: about ?? '', members, settings };
}

type SettingsInput = Readonly<Record<string, string | number | null | undefined>>;

function settingsIn(input: SettingsInput): Partial<ConversationSettings> {
  const { editWindowS, history } = input;
  if (typeof editWindowS === 'number' && editWindowS < 0) {
    throw badInput('settings.editWindowS', 'cannot be negative.');
  }
  const word = (name: string): object => {
    const value = input[name];
    return typeof value === 'string' ? { [name]: value.toLowerCase() } : {};
  };
  return {
    ...(typeof editWindowS === 'number' && { editWindowMs: editWindowS * 1_000 }),
    ...word('posting'),
    ...word('adding'),
    ...word('editing'),
    ...word('joining'),
    ...(typeof history === 'string' && {
      history: history === 'EVERYTHING' ? ('everything' as const) : ('from-joining' as const),
    }),
  };
}
