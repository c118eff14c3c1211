import { argon2Sync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Commands } from '../../commands/commands.ts';
import type { UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import { limits } from '../limits.ts';
import type { Bed } from '../testing/bed.ts';
import { openBed } from '../testing/bed.ts';
import type { Access } from './access.ts';
import { openAccess } from './access.ts';
import { accountByEmail, handleOf, notePassword } from './credentials.ts';
import type { Passwords } from './passwords.ts';
import { openPasswords } from './passwords.ts';
import { openTokens } from './tokens.ts';

let bed: Bed;
let access: Access;
const passwords = openPasswords();
beforeAll(async () => {
  bed = await openBed();
  access = await accessWith({});
});
afterAll(() => bed[Symbol.asyncDispose]());

async function accessWith(other: {
  readonly account?: Commands['account'];
  readonly passwords?: Passwords;
  readonly cache?: Cache;
}): Promise<Access> {
  const { tables, commands, newId, now } = bed.dependencies;
  const cache = other.cache ?? bed.dependencies.cache;
  const { rootKey } = bed.machines;
  const tokens = await openTokens({ tables, rootKey, now, accessTokenMs: 60_000 });
  const account = other.account ?? commands.account;
  return openAccess({
    ...{ tables, cache, tokens, newId, commands: { account } },
    passwords: other.passwords ?? passwords,
  });
}

let people = 0;
const somebody = (more: object = {}) => {
  people += 1;
  const email = `person-${people}@example.org`;
  const address = `10.0.0.${people}`;
  return { ...{ name: 'Ada', email, password: 'correct horse', address }, ...more };
};
const codeOf = (answer: Awaited<ReturnType<Access['logIn']>>) =>
  'refusal' in answer ? answer.refusal.kind : 'in';

describe('logging in with what is no address', () => {
  it('fails as with a wrong one, and leaves nothing in the cache', async () => {
    const counted: string[] = [];
    const cache = {
      ...bed.dependencies.cache,
      increment: async (key: string) => {
        counted.push(key);
        return 1;
      },
    };
    const counting = await accessWith({ cache });
    const email = 'x'.repeat(60_000);
    expect(codeOf(await counting.logIn(somebody({ email })))).toBe('wrong-credentials');
    expect(counted.join()).not.toContain('xxx');
  });
});

describe('registering', () => {
  it('makes an account and lets its person in', async () => {
    const asked = somebody();
    const session = await access.register(asked);
    if ('refusal' in session) throw new Error(session.refusal.kind);
    expect(session.position).toBeGreaterThanOrEqual(0n);
    expect((await access.authenticate(session.accessToken))?.userId).toBe(session.userId);
    expect(await access.emailOf(session.userId)).toBe(asked.email);
    expect(codeOf(await access.logIn(asked))).toBe('in');
  });

  it('takes an address once, however it is written', async () => {
    const asked = somebody();
    await access.register(asked);
    const again = { ...asked, email: ` ${asked.email.toUpperCase()} `, password: 'another horse' };
    expect(codeOf(await access.register(again))).toBe('email-taken');
    expect(codeOf(await access.logIn({ ...asked, email: ` ${asked.email.toUpperCase()}` }))).toBe(
      'in',
    );
  });

  it('lets one of several at once have the address', async () => {
    const asked = somebody();
    const answers = await Promise.all(
      ['first horse', 'second horse', 'third horse'].map((password) =>
        access.register({ ...asked, password }),
      ),
    );
    expect(answers.map(codeOf).sort()).toEqual(['email-taken', 'email-taken', 'in']);
  });

  it.each([
    ['email-malformed', { email: 'ada' }],
    ['email-malformed', { email: `${'a'.repeat(250)}@example.org` }],
    ['email-malformed', { email: 'a d a@example.org' }],
    ['password-too-short', { password: '1234567' }],
    ['password-too-long', { password: 'long '.repeat(52) }],
    ['password-too-common', { password: 'password' }],
    ['name-empty', { name: '  ' }],
    ['handle-malformed', { handle: '1' }],
  ])('is refused as %s and takes nothing', async (kind, wrong) => {
    const asked = somebody(wrong);
    expect(codeOf(await access.register(asked))).toBe(kind);
    expect(await accountByEmail(bed.dependencies.tables, asked.email)).toBeNull();
  });

  it('counts characters of a password, not what they are made of', async () => {
    expect(codeOf(await access.register(somebody({ password: '🐴'.repeat(256) })))).toBe('in');
    expect(codeOf(await access.register(somebody({ password: '🐴'.repeat(7) })))).toBe(
      'password-too-short',
    );
  });

  it('takes the address only together with the handle', async () => {
    await access.register(somebody({ handle: 'lovelace' }));
    const second = somebody({ handle: 'LoveLace' });
    expect(codeOf(await access.register(second))).toBe('handle-taken');
    expect(await accountByEmail(bed.dependencies.tables, second.email)).toBeNull();
    expect(codeOf(await access.register({ ...second, handle: 'byron' }))).toBe('in');
  });

  it('that ended half way goes on when the same person comes again', async () => {
    const asked = somebody();
    const cut = await accessWith({
      account: async () => ({ kind: 'unavailable', retryAfterMs: 9 }),
    });
    await expect(cut.register(asked)).rejects.toMatchObject({
      extensions: { code: 'UNAVAILABLE' },
    });
    expect(codeOf(await access.register({ ...asked, password: 'a thief’s' }))).toBe('email-taken');
    const { userId: reserved } = await accountOf(asked.email);
    const session = await access.register(asked);
    expect('userId' in session && session.userId).toBe(reserved);
  });

  it('that ended half way goes on at the log-in too', async () => {
    const asked = somebody();
    const cut = await accessWith({
      account: async () => ({ kind: 'unavailable', retryAfterMs: 9 }),
    });
    await cut.register(asked).catch(() => undefined);
    expect((await accountOf(asked.email)).registered).toBe(false);
    expect(codeOf(await access.logIn(asked))).toBe('in');
    expect(await accountOf(asked.email)).toMatchObject({ registered: true, name: '' });
  });
});

async function accountOf(email: string) {
  const account = await accountByEmail(bed.dependencies.tables, email);
  if (!account) throw new Error('there is no such account');
  return { ...account, userId: account.user_id };
}

describe('logging in', () => {
  it('says the same of a wrong password and of an unknown address, for the same work', async () => {
    const asked = somebody();
    await access.register(asked);
    const worked: (string | null)[] = [];
    const watched = await accessWith({
      passwords: {
        ...passwords,
        verify: (password, phc) => {
          worked.push(phc === null ? null : 'a hash');
          return passwords.verify(password, phc);
        },
      },
    });
    const wrong = await watched.logIn({ ...asked, password: 'wrong horse' });
    const unknown = await watched.logIn({ ...asked, email: 'nobody@example.org' });
    expect(wrong).toEqual({ refusal: { kind: 'wrong-credentials' } });
    expect(unknown).toEqual(wrong);
    expect(worked).toEqual(['a hash', null]); // argon2 ran both times; passwords.spec.ts
  });

  it('ends for an address after too many attempts in a minute, though it be right', async () => {
    const asked = somebody();
    await access.register(asked);
    for (let time = 0; time < limits.logInsPerEmailMax; time += 1) {
      await access.logIn({ ...asked, password: 'wrong horse' });
    }
    await expect(access.logIn(asked)).rejects.toMatchObject({
      extensions: { code: 'LIMITED', retryAfterMs: 60_000 },
    });
  });

  it('leaves neither who tried nor from where in the cache', async () => {
    const counted: string[] = [];
    const { cache } = bed.dependencies;
    const listening = { ...cache, increment: async (key: string) => counted.push(key) };
    const overheard = await accessWith({ cache: listening });
    const asked = somebody({ address: '10.8.8.8' });
    await overheard.logIn(asked);
    expect(counted).toHaveLength(2);
    for (const key of counted) {
      expect(key).not.toContain(asked.email);
      expect(key).not.toContain('10.8.8.8');
    }
  });

  it('ends for a network address after too many attempts in a minute', async () => {
    const address = '10.9.9.9';
    for (let time = 0; time < limits.attemptsPerAddressMax; time += 1) {
      await access.logIn({ email: 'no address', password: 'wrong horse', address });
    }
    for (const attempt of [access.logIn, access.register]) {
      await expect(attempt(somebody({ address }))).rejects.toMatchObject({
        extensions: { code: 'LIMITED' },
      });
    }
  });

  it('renews a hash of weaker parameters', async () => {
    const asked = somebody();
    await access.register(asked);
    const { userId, password } = await accountOf(asked.email);
    const weaker = weakerHash(asked.password);
    await notePassword(bed.dependencies.tables, userId, weaker);
    expect(codeOf(await access.logIn({ ...asked, password: 'wrong horse' }))).toBe(
      'wrong-credentials',
    );
    expect((await accountOf(asked.email)).password).toBe(weaker);
    expect(codeOf(await access.logIn(asked))).toBe('in');
    const renewed = (await accountOf(asked.email)).password;
    expect([passwords.isOld(weaker), passwords.isOld(renewed)]).toEqual([true, false]);
    expect(renewed).not.toBe(password);
    expect(codeOf(await access.logIn(asked))).toBe('in');
  });
});

describe('a handle', () => {
  let ada: UserId;
  let ben: UserId;
  beforeAll(async () => {
    [ada = '' as UserId, ben = '' as UserId] = await bed.people(2);
  });
  const done = async () => ({ kind: 'done' }) as const;
  const refused = async () => ({ kind: 'refused' }) as const;
  const bears = (userId: UserId) => handleOf(bed.dependencies.tables, userId);

  it('is hers once the change is done, and free again when she takes another', async () => {
    expect(await access.changingHandle(ada, 'ada_l', done)).toEqual({ kind: 'done' });
    expect(await access.changingHandle(ben, 'ada_l', done)).toEqual({ kind: 'handle-taken' });
    await access.changingHandle(ada, 'countess', done);
    expect(await bears(ada)).toBe('countess');
    expect(await access.changingHandle(ben, 'ada_l', done)).toEqual({ kind: 'done' });
  });

  it('stays as it was when the change is refused, or is not about it', async () => {
    await access.changingHandle(ada, 'analyst', refused);
    expect(await bears(ada)).toBe('countess');
    await access.changingHandle(ada, undefined, done);
    expect(await bears(ada)).toBe('countess');
    expect(await access.changingHandle(ben, 'analyst', done)).toEqual({ kind: 'done' });
  });

  it('is given back with an empty one', async () => {
    await access.changingHandle(ada, '', done);
    expect(await bears(ada)).toBeNull();
  });
});

/** As argon2id made it under a third of the memory. */
function weakerHash(password: string): string {
  const nonce = randomBytes(16);
  const cost = { memory: 6_144, passes: 2, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync('argon2id', { message: Buffer.from(password), nonce, ...cost });
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=6144,t=2,p=1$${text(nonce)}$${text(tag)}`;
}
