import { redis } from '../stack/redis.ts';
import type { Defect } from './defect.ts';

const spec = 'ops/adapters/cache/redis.stack.spec.ts';

/** In the drivers of real servers: noticed where `npm run stack` can have them. */
export const stackDefects: readonly Defect[] = [
  {
    name: 'stay-keeps-its-name',
    says: 'a gateway that was forgotten comes back under the same name, with its rooms of before',
    breaks: 'law 9',
    file: 'ops/adapters/cache/redis-registry.ts',
    text: `\${gateway}/\${randomUUID()}`,
    instead: `\${gateway}/again`,
    caughtBy: [{ spec, test: 'does not take rooms of a gateway that came back' }],
    needs: redis,
  },
  {
    name: 'ended-lease-counts',
    says: 'a gateway whose lease has ended is still sent frames, which nobody gets',
    breaks: 'law 9',
    file: 'ops/adapters/cache/redis-registry.ts',
    text: '.filter((stay) => known.has(stay))',
    instead: '',
    caughtBy: [{ spec }],
    needs: redis,
  },
  {
    name: 'redis-gap-untold',
    says: 'who listens is not told that Redis was away',
    breaks: 'law 9',
    file: 'ops/adapters/cache/redis-channels.ts',
    text: 'for (const { onGap } of all) onGap?.();',
    instead: 'void all;',
    caughtBy: [{ spec, test: 'tells who listens of the gap' }],
    needs: redis,
  },
  {
    name: 'heard-before-the-gap',
    says: 'what comes behind a loss is heard before anybody is told of the loss',
    breaks: 'law 9',
    file: 'ops/adapters/cache/redis-channels.ts',
    text: '    if (isGapUntold) return; // who resumes hears of it\n',
    instead: '',
    caughtBy: [{ spec, test: 'behind what was lost before it has told' }],
    needs: redis,
  },
  {
    name: 'rooms-left-behind',
    says: 'rooms of a gateway that died stay in Redis for ever',
    breaks: 'bounded memory',
    file: 'ops/adapters/cache/redis-registry.ts',
    text: '        await Promise.all((await ask(endedScript)).map(tidy));\n',
    instead: '',
    caughtBy: [{ spec, test: 'leaves nothing of a gateway' }],
    needs: redis,
  },
  {
    name: 'uncounted-is-refused',
    says: 'nobody can send while Redis, which counts what they may ask, is away',
    breaks: 'sends go on whenever the event store lives',
    file: 'ops/adapters/cache/redis.ts',
    text: 'if (cause instanceof CacheUnavailable) return own',
    instead: 'if (!(cause instanceof CacheUnavailable)) return own',
    caughtBy: [{ spec, test: 'counts on in this process' }],
    needs: redis,
  },
  {
    name: 'forgetful-redis-taken',
    says: 'a Redis that forgets rooms when it is full is taken for one that keeps them',
    breaks: 'law 9',
    file: 'ops/adapters/cache/redis-connection.ts',
    text: "policy !== 'noeviction'",
    instead: "policy === ''",
    caughtBy: [{ spec, test: 'may forget keys when it is full' }],
    needs: redis,
  },
];
