import { describe, expect, it } from 'vitest';
import { lastingSentence, misfitOf, misfitSentence, writtenAs } from './misfit.ts';

const written = {
  ...{ server: 'The Redis at here:1', option: 'PARLEY_CACHE', tls: true },
  ...{ plain: 'redis://', secure: 'rediss://' },
};
const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('an address for sentences', () => {
  const says = { name: 'Redis', option: 'PARLEY_CACHE', plain: 'redis://', secure: 'rediss://' };

  it('holds nothing secret, and whether it asks for TLS', () => {
    const address = writtenAs(new URL('rediss://parley:hunter2@here:1'), says);
    expect(address).toEqual(written);
    expect(writtenAs(new URL('redis://:hunter2@here:1'), says).tls).toBe(false);
  });
});

describe('what does not fit', () => {
  it.each([
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'authority'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'host'],
    [coded('CERT_HAS_EXPIRED'), 'expired'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'not-tls'],
    [new Error('WRONGPASS invalid username-password pair'), 'login'],
    [Object.assign(new Error('x'), { statusCode: 401 }), 'login'],
    [
      Object.assign(coded('28000'), { message: 'no pg_hba.conf entry, no encryption' }),
      'wants-tls',
    ],
    [coded('ECONNRESET'), 'hung-up'],
    [coded('ECONNREFUSED'), null],
    ['text', null],
  ])('is seen in what a library says: %s', (cause, misfit) => {
    expect(misfitOf(cause)).toBe(misfit);
  });

  it('is seen below what a library makes of it', () => {
    const below = new AggregateError([
      new Error('no broker', { cause: coded('CERT_HAS_EXPIRED') }),
    ]);
    expect(misfitOf(Object.assign(new Error('x'), { originalError: below }))).toBe('expired');
  });

  it('is one sentence with the next step', () => {
    expect(misfitSentence(coded('28P01'), written)).toBe(
      'The Redis at here:1 cannot be used (it refuses our login): mend user and password in ' +
        'PARLEY_CACHE, with %-encoding for special characters.',
    );
    expect(misfitSentence(coded('ECONNRESET'), { ...written, tls: false })).toMatch(/rediss:\/\//);
  });

  it('lasts, unless it may be a server that stops', () => {
    expect(lastingSentence(coded('CERT_HAS_EXPIRED'), written)).not.toBeNull();
    expect(lastingSentence(coded('ECONNRESET'), written)).toBeNull();
  });
});
