import { describe, expect, it } from 'vitest';
import { openIntake } from './kafka-intake.ts';

const record = (partition: number, offset: number) => ({ partition, offset, key: '', value: '' });

describe('what lies between a library and its member', () => {
  it.each([1, 2, 3, 5, 100])('is given %i at a time, each once and all in turn', (recordsMax) => {
    const intake = openIntake(recordsMax);
    intake.begin([0, 1, 2]);
    for (const partition of [0, 1, 2]) {
      intake.put(
        partition,
        [0, 1, 2, 3].map((offset) => record(partition, offset)),
      );
    }
    const taken = [];
    for (let some = intake.take(recordsMax); some.length > 0; some = intake.take(recordsMax)) {
      expect(some.length).toBeLessThanOrEqual(recordsMax);
      taken.push(...some);
    }
    for (const partition of [0, 1, 2]) {
      const offsets = taken.filter((one) => one.partition === partition).map((one) => one.offset);
      expect(offsets).toEqual([0, 1, 2, 3]);
    }
    const early = taken.slice(0, 3).map(({ partition }) => partition);
    if (recordsMax < 3) expect(new Set(early).size).toBe(3);
  });
});
