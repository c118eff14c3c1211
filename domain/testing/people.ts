import type { ClientId, UserId } from '../ids.ts';
import { parseClientId, parseUserId } from '../ids.ts';

/** A moment to start from: 2026-03-01 12:00 UTC. */
export const noonMs = Date.UTC(2026, 2, 1, 12);
export const secondMs = 1_000;
export const dayMs = 24 * 60 * 60 * secondMs;

export const ada = person(1);
export const bob = person(2);
export const cleo = person(3);
export const dan = person(4);
export const eve = person(5);

/** The same person for the same index. */
export function person(index: number): UserId {
  const id = parseUserId(`00000000-0000-4000-8000-${hex(index, 12)}`);
  if (!id) throw new Error('a person needs an index');
  return id;
}

/** A UUIDv7 made at that time; another one for another index. */
export function clientIdAt(atMs: number, index = 0): ClientId {
  const time = hex(atMs, 12);
  const id = parseClientId(`${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${hex(index, 12)}`);
  if (!id) throw new Error('a client id needs a time');
  return id;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
