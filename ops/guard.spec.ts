import { expect, it, vi } from 'vitest';
import { openGuard } from './guard.ts';

it('refuses at once while one call tries whether a server that hung is back', async () => {
  const away = new Error('away');
  const guard = openGuard({
    isAway: () => true,
    translate: () => away,
    waitingMax: 10,
    tooMuchWaits: () => new Error('too much'),
  });
  for (let n = 0; n < 5; n += 1) {
    await expect(guard.once(() => Promise.reject(away))).rejects.toBe(away);
  }
  const hanging = Promise.withResolvers<string>();
  let tried: Promise<string> | null = null;
  await vi.waitFor(() => {
    tried = guard.once(() => hanging.promise);
    tried.catch(() => undefined);
    expect(guard.breaker()).toBe('half-open');
  });
  const refused = guard.once(async () => 'asked').catch((cause: unknown) => cause);
  const later = new Promise((resolve) => setImmediate(resolve, 'it waits'));
  expect(await Promise.race([refused, later])).toBe(away);
  hanging.resolve('back');
  expect(await tried).toBe('back');
  expect(guard.breaker()).toBe('closed');
});
