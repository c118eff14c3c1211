import type { Message, Waiting } from './message.ts';

/**
 * Puts what comes again among what waits to come again, in the order of the log, those that wait
 * already first. It sorts what is new once and goes over the older ones once, from the end, as far
 * as the first new one: not once for each.
 */
export function putInOrder(again: Waiting[], returned: readonly Message[]): void {
  const coming = returned.toSorted((a, b) => a.position - b.position);
  let from = again.length - 1;
  let to = again.length + coming.length - 1;
  for (let next = coming.pop(); next; to -= 1) {
    const waiting = again[from];
    if (waiting && waiting.message.position > next.position) {
      again[to] = waiting;
      from -= 1;
    } else {
      again[to] = { message: next, event: null };
      next = coming.pop();
    }
  }
}
