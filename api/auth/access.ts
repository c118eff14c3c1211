import { createHash } from 'node:crypto';
import type { Commands } from '../../commands/commands.ts';
import type { UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { limited } from '../errors.ts';
import { limits } from '../limits.ts';
import {
  accountByEmail,
  emailOf,
  handleOf,
  keepHandle,
  notePassword,
  tryHandle,
} from './credentials.ts';
import type { Duty } from './duties.ts';
import { hasDuty } from './duties.ts';
import type { Refused, Session } from './entering.ts';
import { openEntering } from './entering.ts';
import type { Passwords } from './passwords.ts';
import type { Registration } from './registration.ts';
import { emailIn, isEmail, register, unfit } from './registration.ts';
import type { Tokens } from './tokens.ts';

export type Access = {
  register(asked: Registration & { readonly address: string }): Promise<Session | Refused>;
  logIn(asked: {
    readonly email: string;
    readonly password: string;
    readonly address: string;
  }): Promise<Session | Refused>;
  /** The person of a bearer token; null for anything but a good one. */
  authenticate(
    token: string,
  ): Promise<{ readonly userId: UserId; readonly expiresAtMs: number } | null>;
  emailOf(userId: UserId): Promise<string>;
  /** Looked up each time: one that was taken away is gone with the next request. */
  hasDuty(userId: UserId, duty: Duty): Promise<boolean>;
  /** Runs a change of profile while its handle is reserved. */
  changingHandle<Outcome extends { readonly kind: string }>(
    userId: UserId,
    handle: string | undefined,
    change: () => Promise<Outcome>,
  ): Promise<Outcome | { readonly kind: 'handle-taken' }>;
};

/**
 * Accounts and log-ins. Address, handle and password are reserved first, then the account's event
 * is stored under the same id; a crash in between heals when the same person registers or logs in
 * again.
 */
export function openAccess(dependencies: {
  readonly tables: Tables;
  readonly cache: Cache;
  readonly commands: Pick<Commands, 'account'>;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly newId: () => string;
}): Access {
  const { tables, cache, passwords, tokens } = dependencies;
  const enter = openEntering(dependencies);

  const countAttempt = async (what: string, max: number): Promise<void> => {
    const count = await cache.increment(attemptsKey(what), 1, { expiresInMs: 60_000 });
    if (count > max) throw limited('Too many attempts: wait a minute.', 60_000);
  };

  return {
    register: async ({ address, ...given }) => {
      const asked = { ...given, email: emailIn(given.email) };
      const refusal = unfit(asked);
      if (refusal) return { refusal };
      await countAttempt(`address/${address}`, limits.attemptsPerAddressMax);
      return register(asked, { ...dependencies, enter });
    },
    logIn: async ({ email: given, password, address }) => {
      const email = emailIn(given);
      await countAttempt(`address/${address}`, limits.attemptsPerAddressMax);
      // Attempts are counted by address: one as long as a body would fill the cache with itself.
      if (!isEmail(email)) return { refusal: { kind: 'wrong-credentials' } };
      await countAttempt(`email/${email}`, limits.logInsPerEmailMax);
      const account = await accountByEmail(tables, email);
      const right = await passwords.verify(password, account?.password ?? null);
      if (!account || !right) return { refusal: { kind: 'wrong-credentials' } };
      if (passwords.isOld(account.password)) {
        await notePassword(tables, account.user_id, await passwords.hash(password));
      }
      return enter(account);
    },
    authenticate: (token) => tokens.verify(token),
    emailOf: (userId) => emailOf(tables, userId),
    hasDuty: (userId, duty) => hasDuty(tables, userId, duty),
    changingHandle: async (userId, handle, change) => {
      if (handle === undefined) return change();
      const before = await handleOf(tables, userId);
      if (handle !== '' && !(await tryHandle(tables, handle, userId))) {
        return { kind: 'handle-taken' };
      }
      const outcome = await change();
      const kept = outcome.kind === 'done' ? handle : before;
      await keepHandle(tables, userId, kept === '' ? null : kept);
      return outcome;
    },
  };
}

/** Of whom or from where is not to be read in the cache. */
function attemptsKey(what: string): string {
  return `log-in/${createHash('sha256').update(what).digest('base64url')}`;
}
