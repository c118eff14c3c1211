import { cacheContract } from '../../adapters/cache/contract.ts';
import { openGoing } from '../testing/going.ts';
import { openSimulatedCache } from './cache.ts';

cacheContract('simulated', async () => {
  const going = openGoing();
  const cache = openSimulatedCache(going).seenBy(going.life);
  const pass = (ms: number) => new Promise<void>((resolve) => void going.scheduler.at(ms, resolve));
  return { cache, pass, dispose: going.stop };
});
