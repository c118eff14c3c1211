import type { UserId } from '../../domain/ids.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { AnyRefusal } from '../errors.ts';
import { limits } from '../limits.ts';
import { commonPasswords } from './common-passwords.ts';
import { accountByEmail, reserve } from './credentials.ts';
import type { Enter, Refused, Session } from './entering.ts';
import type { Passwords } from './passwords.ts';

export type Registration = {
  readonly name: string;
  readonly email: string; // as emailIn gives it
  readonly password: string;
  readonly handle?: string | null | undefined;
};

/** One address, however it is written. */
export function emailIn(given: string): string {
  return given.trim().toLowerCase();
}

/** What forbids a registration before anything is looked up; null when nothing does. */
export function unfit({ email, password }: Registration): AnyRefusal | null {
  return isEmail(email) ? unfitPassword(password, email) : { kind: 'email-malformed' };
}

/**
 * Reserves address, handle and password, then enters. Who comes again with the same address and
 * password, after it ended half way, goes on where it ended.
 */
export async function register(
  { name, email, password, handle }: Registration,
  dependencies: {
    readonly tables: Tables;
    readonly passwords: Passwords;
    readonly newId: () => string;
    readonly enter: Enter;
  },
): Promise<Session | Refused> {
  const { tables, passwords, newId, enter } = dependencies;
  const userId = newId() as UserId;
  const plainHandle = handle ? handle.toLowerCase() : null;
  const phc = await passwords.hash(password);
  const account = { userId, email, password: phc, name, handle: plainHandle };
  const reserved = await reserve(tables, account);
  if (reserved === 'handle-taken') return { refusal: { kind: 'handle-taken' } };
  if (reserved === 'reserved') return enter({ user_id: userId, registered: false, name });
  const earlier = await accountByEmail(tables, email);
  const same = earlier && !earlier.registered;
  if (same && (await passwords.verify(password, earlier.password))) return enter(earlier);
  return { refusal: { kind: 'email-taken' } };
}

const emailShape = /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u;

/** Somebody may be registered with it. */
export function isEmail(email: string): boolean {
  return email.length <= limits.emailCharactersMax && emailShape.test(email);
}

function unfitPassword(password: string, email: string): AnyRefusal | null {
  const length = [...password].length;
  if (length < limits.passwordCharactersMin) return { kind: 'password-too-short' };
  if (length > limits.passwordCharactersMax) return { kind: 'password-too-long' };
  const lower = password.toLowerCase();
  const isCommon = commonPasswords.has(lower) || lower === email;
  return isCommon ? { kind: 'password-too-common' } : null;
}
