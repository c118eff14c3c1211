import type { Commands } from '../../commands/commands.ts';
import type { UserId } from '../../domain/ids.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { AnyRefusal } from '../errors.ts';
import { unavailable } from '../errors.ts';
import type { Account } from './credentials.ts';
import { forgetReservation, handleOf, noteRegistered } from './credentials.ts';
import type { Tokens } from './tokens.ts';

export type Session = {
  readonly userId: UserId;
  readonly accessToken: string;
  readonly expiresAtMs: number;
  readonly position: bigint | null; // of the account, when it was made just now
};
export type Refused = { readonly refusal: AnyRefusal };

/** Lets the person of an account in, once she has shown that it is hers. */
export type Enter = (account: Omit<Account, 'email' | 'password'>) => Promise<Session | Refused>;

/** Entering finishes what a crash may have left half done: the account's event is stored first. */
export function openEntering(dependencies: {
  readonly tables: Tables;
  readonly commands: Pick<Commands, 'account'>;
  readonly tokens: Tokens;
}): Enter {
  const { tables, commands, tokens } = dependencies;

  const begin = async (userId: UserId, name: string): Promise<bigint | Refused> => {
    const handle = (await handleOf(tables, userId)) ?? undefined;
    const facts = { kind: 'person', name, handle, origin: 'registration' } as const;
    const outcome = await commands.account(userId, { type: 'register', ...facts });
    if (outcome.kind === 'refused') {
      if (outcome.refusal.kind !== 'already-registered') {
        await forgetReservation(tables, userId);
        return { refusal: outcome.refusal };
      }
    } else if (outcome.kind !== 'done') {
      throw unavailable('The log does not answer: register again with the same address.');
    }
    await noteRegistered(tables, userId);
    return outcome.kind === 'done' ? outcome.position : 0n;
  };

  return async ({ user_id: userId, registered, name }) => {
    const begun = registered ? null : await begin(userId, name);
    if (begun !== null && typeof begun !== 'bigint') return begun;
    return { userId, position: begun, ...(await tokens.issue(userId)) };
  };
}
