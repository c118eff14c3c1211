import { expect, test } from 'vitest';
import type { Decider, Decision } from '../decider.ts';

/**
 * A spec that reads as a sentence: given what happened, when somebody asks, then this.
 * Whatever was accepted is asked a second time, and must then be so already.
 */
export function scenario<Command, State, Event, Refusal>(
  decider: Decider<Command, State, Event, Refusal>,
  title: string,
) {
  return {
    given: (...history: readonly Event[]) => ({
      when: (command: Command) => ({
        thenEvents: (...expected: readonly Event[]) =>
          test(title, () => {
            const state = fold(decider, history);
            expect(decider.decide(command, state)).toEqual({
              verdict: 'accepted',
              events: expected,
            });
            const after = fold(decider, [...history, ...expected]);
            expect(decider.decide(command, after)).toEqual({ verdict: 'accepted', events: [] });
          }),
        thenNothing: () =>
          test(title, () => {
            expect(decider.decide(command, fold(decider, history))).toEqual({
              verdict: 'accepted',
              events: [],
            });
          }),
        thenRefused: (refusal: Refusal) =>
          test(title, () => {
            expect(decider.decide(command, fold(decider, history))).toEqual({
              verdict: 'refused',
              refusal,
            });
          }),
      }),
    }),
  };
}

/** A state of its own: nobody else uses its containers. */
export function fold<Command, State, Event, Refusal>(
  decider: Decider<Command, State, Event, Refusal>,
  history: readonly Event[],
): State {
  return history.reduce(decider.evolve, decider.initialState());
}

/** The events of a decision that must have been accepted. */
export function eventsOf<Event, Refusal>(decision: Decision<Event, Refusal>): readonly Event[] {
  if (decision.verdict === 'accepted') return decision.events;
  throw new Error(`refused: ${JSON.stringify(decision.refusal)}`);
}
