import type { Commands } from '../../commands/commands.ts';
import type { UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { AnyRefusal } from '../errors.ts';
import { limited, unavailable } from '../errors.ts';
import { limits } from '../limits.ts';
import { commonPasswords } from './common-passwords.ts';
import type { Account } from './credentials.ts';
import {
  accountByEmail,
  emailOf,
  forgetReservation,
  handleOf,
  keepHandle,
  notePassword,
  noteRegistered,
  reserve,
  tryHandle,
} from './credentials.ts';
import type { Passwords } from './passwords.ts';
import type { Tokens } from './tokens.ts';

export type Session = {
  readonly userId: UserId;
  readonly accessToken: string;
  readonly expiresAtMs: number;
  readonly position: bigint | null; // of the account, when it was made just now
};
type Refused = { readonly refusal: AnyRefusal };

export type Access = {
  register(asked: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
    readonly handle?: string | null | undefined;
    readonly address: string;
  }): Promise<Session | Refused>;
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
  /** Runs a change of profile while its handle is reserved. */
  changingHandle<Outcome extends { readonly kind: string }>(
    userId: UserId,
    handle: string | undefined,
    change: () => Promise<Outcome>,
  ): Promise<Outcome | { readonly kind: 'handle-taken' }>;
};

/**
 * Accounts and log-ins. Address, handle and password are reserved first, then the account's event
 * is
 * stored under the same id; a crash in between heals when the same person registers or logs in
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
  const { tables, cache, commands, passwords, tokens, newId } = dependencies;

  const countAttempt = async (what: string, max: number): Promise<void> => {
    const count = await cache.increment(`log-in/${what}`, 1, { expiresInMs: 60_000 });
    if (count > max) throw limited('Too many attempts: wait a minute.', 60_000);
  };

  const begin = async (userId: UserId, name: string): Promise<bigint | Refused> => {
    const handle = (await handleOf(tables, userId)) ?? undefined;
    const command = { type: 'register', kind: 'person', name, handle, origin: 'registration' };
    const outcome = await commands.account(userId, command as Parameters<Commands['account']>[1]);
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

  /** Finishes what a crash may have left half done. */
  const enter = async ({
    user_id: userId,
    registered,
    name,
  }: Account): Promise<Session | Refused> => {
    const begun = registered ? null : await begin(userId, name);
    if (begun !== null && typeof begun !== 'bigint') return begun;
    return { userId, position: begun, ...(await tokens.issue(userId)) };
  };

  return {
    register: async ({ name, email: given, password, handle, address }) => {
      const email = given.trim().toLowerCase();
      const refusal = unfitEmail(email) ?? unfitPassword(password, email);
      if (refusal) return { refusal };
      await countAttempt(`address/${address}`, limits.attemptsPerAddressMax);
      const phc = await passwords.hash(password);
      const userId = newId() as UserId;
      const plainHandle = handle ? handle.toLowerCase() : null;
      const account = { userId, email, password: phc, name, handle: plainHandle };
      const reserved = await reserve(tables, account);
      if (reserved === 'handle-taken') return { refusal: { kind: 'handle-taken' } };
      if (reserved === 'reserved') {
        return enter({ user_id: userId, email, password: phc, registered: false, name });
      }
      const earlier = await accountByEmail(tables, email);
      const same = earlier && !earlier.registered;
      if (same && (await passwords.verify(password, earlier.password))) return enter(earlier);
      return { refusal: { kind: 'email-taken' } };
    },
    logIn: async ({ email: given, password, address }) => {
      const email = given.trim().toLowerCase();
      await countAttempt(`address/${address}`, limits.attemptsPerAddressMax);
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

const emailShape = /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u;

function unfitEmail(email: string): AnyRefusal | null {
  return emailShape.test(email) && email.length <= 254 ? null : { kind: 'email-malformed' };
}

function unfitPassword(password: string, email: string): AnyRefusal | null {
  const length = [...password].length;
  if (length < 8) return { kind: 'password-too-short' };
  if (length > 256) return { kind: 'password-too-long' };
  const lower = password.toLowerCase();
  const isCommon = commonPasswords.has(lower) || lower === email;
  return isCommon ? { kind: 'password-too-common' } : null;
}
