import fc from 'fast-check';
import type { ConversationCommand } from '../conversation/commands.ts';
import type { ConversationKind, ConversationSettings } from '../conversation/events.ts';
import { ada, bob, cleo, clientIdAt, dan, eve, noonMs, secondMs } from './people.ts';

const everybody = [ada, bob, cleo, dan, eve];
const user = fc.constantFrom(...everybody);
const users = fc.uniqueArray(user, { maxLength: 5 });
const number = fc.integer({ min: -1, max: 12 });
const emoji = fc.constantFrom('👍', '❤️', '😀', 'no emoji');
const text = fc.constantFrom('one', 'two', 'three', ' ', '\ud83d');
const atMs = fc.integer({ min: noonMs, max: noonMs + 100 * secondMs });
const asked = { by: fc.oneof(fc.constant(ada), user), atMs };
const aboutMessage = { ...asked, number, subscriber: fc.boolean() };

const settings: fc.Arbitrary<Partial<ConversationSettings>> = fc.record(
  {
    editWindowMs: fc.constantFrom(-1, 0, 50 * secondMs, 1e12),
    posting: fc.constantFrom('members', 'admins'),
    adding: fc.constantFrom('members', 'admins'),
    editing: fc.constantFrom('members', 'admins'),
    joining: fc.constantFrom('open', 'invited'),
    history: fc.constantFrom('everything', 'from-joining'),
  },
  { requiredKeys: [] },
);

/** Starts the conversation, mostly with success. */
export function anyStart(kind: ConversationKind): fc.Arbitrary<ConversationCommand> {
  const others = { direct: [bob], group: [bob, cleo, dan], channel: [] }[kind];
  return fc.record({
    type: fc.constant('start-conversation'),
    kind: fc.constant(kind),
    by: fc.constant(ada),
    atMs,
    title: fc.constant(kind === 'direct' ? '' : 'Harbour'),
    about: fc.constant(''),
    others: fc.constant(others),
    settings: fc.constant(kind === 'group' ? { joining: 'open' as const } : {}),
  });
}

/** Of five people, a dozen messages and few words, so that commands meet each other. */
export const anyCommand: fc.Arbitrary<ConversationCommand> = fc.oneof(
  { weight: 8, arbitrary: sends() },
  fc.record({
    type: fc.constant('edit-message' as const),
    ...aboutMessage,
    text,
    contentTag: fc.constantFrom('tag of one', 'tag of two'),
  }),
  fc.record({ type: fc.constant('delete-message' as const), ...aboutMessage }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('react'), ...aboutMessage, emoji }) },
  fc.record({ type: fc.constant('unreact' as const), ...aboutMessage, emoji }),
  fc.record({ type: fc.constant('pin' as const), ...aboutMessage }),
  fc.record({ type: fc.constant('unpin' as const), ...aboutMessage }),
  fc.record({ type: fc.constant('add-members' as const), ...asked, users }),
  fc.record({ type: fc.constant('remove-member' as const), ...asked, user }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('leave'), ...asked }) },
  fc.record({ type: fc.constant('join-group' as const), ...asked }),
  { weight: 2, arbitrary: roles() },
  updates(),
  fc.constantFrom('direct', 'group', 'channel').chain(anyStart),
  fc.record({ type: fc.constant('close-conversation' as const), ...asked }),
);

function sends() {
  return fc
    .record({ ...asked, text, index: fc.nat(15), replyTo: fc.option(number, { nil: undefined }) })
    .map(({ index, ...given }) => ({
      ...given,
      type: 'send-message' as const,
      clientId: clientIdAt(noonMs + index * secondMs, index),
      contentTag: `tag of ${given.text}`,
      form: 'text' as const,
      claimedAtMs: undefined,
      source: 'client' as const,
    }));
}

function roles() {
  const role = fc.constantFrom('owner', 'admin', 'member');
  return fc.record({ type: fc.constant('set-role'), ...asked, user, role });
}

function updates() {
  const word = fc.constantFrom('Harbour', 'Quay', ' ');
  return fc
    .record({
      ...asked,
      title: word,
      about: word,
      settings: fc.option(settings, { nil: undefined }),
    })
    .map((given) => ({
      ...given,
      type: 'update-conversation' as const,
      detailsTag: `tag of ${given.title} ${given.about}`,
    }));
}
