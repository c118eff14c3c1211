import { v7 } from 'uuid';
import { expect } from 'vitest';
import type { Answer, Caller, TestDevice } from './testing.ts';
import { eventually, send } from './testing.ts';

/** What one person says in a conversation while machines come and go. */
export type Talk = {
  /** As a client does: again with the same id, where no answer came. Answers with the tries. */
  say(text: string): Promise<number>;
  readonly said: readonly string[];
  /** Each device has all of it, once and in order (laws 1, 3, 4, 9). */
  heardBy(devices: readonly TestDevice[], withinMs?: number): Promise<void>;
};

const takenWithinMs = 60_000;

export function openTalk(speaker: Caller, group: string): Talk {
  const said: string[] = [];
  return {
    said,
    say: async (text) => {
      const clientId = v7();
      const until = performance.now() + takenWithinMs;
      for (let tries = 1; ; tries += 1) {
        const sent: Answer = await send(speaker, group, text, { clientId }).catch(() => null);
        if (sent?.message) {
          said.push(text);
          return tries;
        }
        expect(sent?.refusal ?? null).toBe(null);
        expect(performance.now()).toBeLessThan(until);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    heardBy: (devices, withinMs = 30_000) =>
      eventually(() => {
        for (const { messages } of devices) expect([...messages.values()]).toEqual(said);
      }, withinMs),
  };
}
