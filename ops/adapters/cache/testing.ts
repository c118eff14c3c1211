import { vi } from 'vitest';

/** Looks again until it holds. */
export async function until(holds: () => unknown): Promise<void> {
  await vi.waitUntil(holds, { timeout: 20_000, interval: 5 });
}
