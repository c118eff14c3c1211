import { openWeather } from '../faults.ts';
import { openLife } from '../life.ts';
import { openRandom } from '../random.ts';
import { openScheduler } from '../scheduler.ts';

/** A simulation in fair weather that goes on by itself, for suites that know nothing of it. */
export function openGoing() {
  const scheduler = openScheduler();
  const random = openRandom('going');
  const weather = openWeather(new Set(), random);
  let over = false;
  const going = async (): Promise<void> => {
    while (!over) {
      await scheduler.run(() => over);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const gone = going();
  return {
    ...{ scheduler, random, weather, now: Date.now },
    life: openLife('suite', scheduler),
    stop: async (): Promise<void> => {
      over = true;
      await gone;
    },
  };
}
