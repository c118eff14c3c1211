import { afterAll, beforeAll, describe } from 'vitest';
import type { EventStore } from './port.ts';
import { appendingContract } from './testing/appending.ts';
import type { Opened } from './testing/events.ts';
import { followingContract } from './testing/following.ts';
import { readingContract } from './testing/reading.ts';

/**
 * What every driver of the port must do; `open` gives a store that nothing else uses. A driver that
 * cuts the log's time says to which unit.
 */
export function eventStoreContract(
  name: string,
  open: () => Promise<Opened>,
  { timeUnitMs = 1 } = {},
): void {
  describe(`the event store, ${name},`, () => {
    let opened: Opened | null = null;
    const store = (): EventStore => {
      if (opened === null) throw new Error('the store is opened before the first test');
      return opened.store;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    appendingContract(store, timeUnitMs);
    readingContract(store);
    followingContract(store, open);
  });
}
