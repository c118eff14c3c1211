import { account } from '../domain/account/account.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import {
  fromSnapshot as accountFrom,
  snapshot as accountSnapshot,
  accountStateVersion,
} from '../domain/account/snapshot.ts';
import { conversation } from '../domain/conversation/conversation.ts';
import type { ConversationEvent } from '../domain/conversation/events.ts';
import { rememberedMessagesMax } from '../domain/conversation/limits.ts';
import {
  fromSnapshot as conversationFrom,
  snapshot as conversationSnapshot,
  conversationStateVersion,
} from '../domain/conversation/snapshot.ts';
import type { ConversationState } from '../domain/conversation/state.ts';
import type { ParticipationEvent } from '../domain/participation/events.ts';
import { participation } from '../domain/participation/participation.ts';
import {
  fromSnapshot as participationFrom,
  snapshot as participationSnapshot,
  participationStateVersion,
} from '../domain/participation/snapshot.ts';
import type { Journal } from '../ops/vault/port.ts';
import type { MailboxesOptions } from './mailboxes.ts';
import { openMailboxes } from './mailboxes.ts';

export type Journals = {
  readonly account: Journal<AccountEvent>;
  readonly conversation: Journal<ConversationEvent>;
  readonly participation: Journal<ParticipationEvent>;
};

/** Every aggregate there is, with its mailboxes. A new one is entered here and nowhere else. */
export function openRegistry(journals: Journals, options: MailboxesOptions) {
  return {
    account: openMailboxes(
      {
        decider: account,
        journal: journals.account,
        snapshots: {
          version: accountStateVersion,
          write: accountSnapshot,
          read: accountFrom,
        },
        weigh: () => 1,
      },
      options,
    ),
    conversation: openMailboxes(
      {
        decider: conversation,
        journal: journals.conversation,
        snapshots: {
          version: conversationStateVersion,
          write: conversationSnapshot,
          read: conversationFrom,
        },
        weigh: weighConversation,
      },
      options,
    ),
    participation: openMailboxes(
      {
        decider: participation,
        journal: journals.participation,
        snapshots: {
          version: participationStateVersion,
          write: participationSnapshot,
          read: participationFrom,
        },
        weigh: ({ hidden }) => hidden.size,
      },
      options,
    ),
  };
}

export type Registry = ReturnType<typeof openRegistry>;

function weighConversation(state: ConversationState): number {
  if (state.situation === 'none') return 0;
  return state.members.size + Math.min(state.lastNumber, rememberedMessagesMax);
}
