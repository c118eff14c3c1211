import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { uuidV7 } from './uuid-v7.ts';

describe('an id made in the browser', () => {
  it.each([0, 255])('is a UUIDv7 whatever chance gives (%i)', (byte) => {
    const id = uuidV7(1_795_000_000_000, new Uint8Array(16).fill(byte));
    expect([validate(id), version(id)]).toEqual([true, 7]);
  });

  it('sorts by its moment', () => {
    const chance = new Uint8Array(16).fill(255);
    const [early, late] = [uuidV7(1_795_000_000_000, chance), uuidV7(1_795_000_000_001, chance)];
    expect(early < late).toBe(true);
    expect(Number.parseInt(late.slice(0, 8) + late.slice(9, 13), 16)).toBe(1_795_000_000_001);
  });
});
