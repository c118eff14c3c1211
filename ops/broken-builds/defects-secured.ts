import { redis } from '../stack/redis.ts';
import type { Defect } from './defect.ts';

const guard = 'ops/guard.spec.ts';

/** Where real servers want TLS and logins, and in how their calls are counted. */
export const securedDefects: readonly Defect[] = [
  {
    name: 'tls-unverified',
    says: 'whoever answers for a Redis is believed, whatever its certificate',
    breaks: 'TLS by configuration',
    file: 'ops/adapters/cache/redis-connection.ts',
    text: "    connectionName: 'parley',",
    instead:
      "    connectionName: 'parley',\n" +
      "    ...(url.startsWith('rediss:') && { tls: { rejectUnauthorized: false } }),",
    caughtBy: [
      { spec: 'ops/adapters/cache/redis.stack.spec.ts', test: 'whose authority nobody knows' },
    ],
    needs: redis,
  },
  {
    name: 'password-in-a-sentence',
    says: 'who starts without a Redis is shown its password',
    breaks: 'no credentials in what is printed',
    file: 'ops/misfit.ts',
    text: 'url.host}`, tls',
    instead: 'url.href}`, tls',
    caughtBy: [
      { spec: 'ops/misfit.spec.ts', test: 'holds nothing secret' },
      { spec: 'ops/adapters/cache/redis.stack.spec.ts', test: 'cannot be started on without' },
    ],
    needs: redis,
  },
  {
    name: 'login-hammered',
    says: 'a login that is refused is tried by every call, until the account is locked',
    breaks: 'a locked account is not hammered',
    file: 'ops/guard.ts',
    text: 'inARow.failure() || isEnough()',
    instead: 'inARow.failure()',
    caughtBy: [{ spec: guard, test: 'is tried once, then not for half a minute' }],
  },
  {
    name: 'refused-login-tried-soon',
    says: 'a login that is refused is tried again as soon as a server that was away',
    breaks: 'a locked account is not hammered',
    file: 'ops/guard.ts',
    text: 'duration: refusedAgainMs,',
    instead: 'duration: 100,',
    caughtBy: [{ spec: guard, test: 'is tried once, then not for half a minute' }],
  },
  {
    name: 'calls-all-well',
    says: 'calls that had no answer are counted as answered',
    breaks: 'calls by outcome',
    file: 'ops/calls.ts',
    text: '    outcome = outcomeOf(cause);\n',
    instead: '    outcomeOf(cause);\n',
    caughtBy: [{ spec: guard, test: 'is told what became of each call' }],
  },
];
