import type { Decision } from '../domain/decider.ts';
import type { JournalAppend } from '../ops/vault/port.ts';
import type { Aggregate, Loaded } from './aggregate.ts';
import type { Post, Reply } from './letter.ts';

/** What became of one letter of a batch. */
export type Decided<Command, State, Event> = {
  readonly post: Post<Command, State, Event>;
  readonly outcome: 'accepted' | 'needs-facts' | { readonly refusal: unknown };
  readonly events: JournalAppend<Event>['events'];
  readonly answer: unknown;
};

/** Decides one after another against the running state, as far as one append may hold. */
export function decideAll<Command, State, Event, Refusal>(
  current: Loaded<State>,
  batch: readonly Post<Command, State, Event>[],
  {
    decider,
    eventsMax,
  }: {
    readonly decider: Aggregate<Command, State, Event, Refusal>['decider'];
    readonly eventsMax: number;
  },
) {
  const decided: Decided<Command, State, Event>[] = [];
  let { state } = current;
  let events = 0;
  let at = 0;
  for (; at < batch.length && events < eventsMax; at += 1) {
    const post = batch[at];
    if (!post) break;
    const { letter, traceparent } = post;
    if (letter.needsFacts(state)) {
      decided.push({ post, outcome: 'needs-facts', events: [], answer: undefined });
      continue;
    }
    const decision: Decision<Event, Refusal> = decider.decide(letter.command, state);
    if (decision.verdict === 'refused') {
      const outcome = { refusal: decision.refusal };
      decided.push({ post, outcome, events: [], answer: undefined });
      continue;
    }
    for (const event of decision.events) state = decider.evolve(state, event);
    const named = decision.events.map((event, place) => ({
      id: letter.eventId(event, place),
      ...{ event, traceparent },
    }));
    events += named.length;
    decided.push({ post, outcome: 'accepted', events: named, answer: letter.answer(state) });
  }
  return { decided, state, left: batch.slice(at) };
}

/**
 * Each is told the position of its own last event; those without events, of what was there before
 * them.
 */
export function settleStored<Command, State, Event>(
  decided: readonly Decided<Command, State, Event>[],
  before: bigint,
  positions: readonly bigint[],
): void {
  let position = before;
  let at = 0;
  for (const one of decided) {
    at += one.events.length;
    if (one.events.length > 0) position = positions[at - 1] ?? position;
    one.post.settle(replyTo(one, position));
  }
}

export function replyTo<Command, State, Event>(
  { outcome, events, answer }: Decided<Command, State, Event>,
  position: bigint,
): Reply<unknown, unknown> {
  if (outcome === 'needs-facts') return { kind: 'needs-facts', position };
  if (outcome !== 'accepted') return { kind: 'refused', refusal: outcome.refusal };
  return { kind: 'done', stored: events.length > 0, position, answer };
}
