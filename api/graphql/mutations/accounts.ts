import type { UserId } from '../../../domain/ids.ts';
import type {
  MutationLogInArgs,
  MutationRegisterArgs,
  MutationUpdatePreferencesArgs,
  MutationUpdateProfileArgs,
} from '../../../schemas/graphql/types.ts';
import type { Session } from '../../auth/entering.ts';
import type { ApiContext } from '../../context.ts';
import { createContext, viewerOf } from '../../context.ts';
import type { EdgeRefusal } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { FieldResolvers } from '../schema.ts';
import { payloadOf, refused } from './payload.ts';
import { shownPerson } from './shown.ts';

export const accountMutations: FieldResolvers = {
  register: async (_parent, { input }: MutationRegisterArgs, context) => {
    const { access } = context.dependencies;
    const outcome = await access.register({ ...input, address: context.address });
    return 'refusal' in outcome ? refused(outcome.refusal) : sessionPayload(context, outcome);
  },
  logIn: async (_parent, { input }: MutationLogInArgs, context) => {
    const { access } = context.dependencies;
    const outcome = await access.logIn({ ...input, address: context.address });
    return 'refusal' in outcome ? refused(outcome.refusal) : sessionPayload(context, outcome);
  },
  updateProfile: async (_parent, { input }: MutationUpdateProfileArgs, context) => {
    const userId = viewerOf(context);
    const { commands, access } = context.dependencies;
    const handle = typeof input.handle === 'string' ? input.handle.toLowerCase() : undefined;
    const change = {
      type: 'change-profile',
      ...{ name: input.name ?? undefined, handle, about: input.about ?? undefined },
      fields: input.fields ?? undefined,
    } as const;
    const outcome = await access.changingHandle(userId, handle, () =>
      commands.account(userId, change),
    );
    if (outcome.kind === 'handle-taken') return refused({ kind: 'handle-taken' });
    return payloadOf(outcome, (_state, position) => shownPerson(context, userId, position));
  },
  updatePreferences: async (_parent, { input }: MutationUpdatePreferencesArgs, context) => {
    const userId = viewerOf(context);
    const { language, theme, readMarks } = input;
    if (typeof language === 'string' && !isLanguage(language)) {
      return refused({ kind: 'language-malformed' });
    }
    const preferences = {
      ...(typeof language === 'string' && { language }),
      ...(typeof theme === 'string' && { theme: theme.toLowerCase() as 'system' }),
      ...(typeof readMarks === 'boolean' && { readMarks }),
    };
    const command = { type: 'change-preferences', preferences } as const;
    const outcome = await context.dependencies.commands.account(userId, command);
    return payloadOf(outcome, (_state, position) => shownPerson(context, userId, position));
  },
};

export type AccessRefusal = { readonly refusal: EdgeRefusal };

async function sessionPayload(context: ApiContext, session: Session) {
  const { dependencies } = context;
  const { userId, position, accessToken, expiresAtMs } = session;
  const within = { timeoutMs: limits.payloadWaitMs };
  if (position !== null) await dependencies.progress.waitForKey(userId, position, within);
  // From here on the execution goes on as the person who has just come in.
  Object.assign(context, createContext(dependencies, userId as UserId, context.address));
  return {
    refusal: null,
    position: position?.toString() ?? null,
    session: { accessToken, expiresAt: expiresAtMs, refreshToken: null },
    viewer: { userId },
  };
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1 && tag.length <= limits.languageCharactersMax;
  } catch {
    return false;
  }
}
