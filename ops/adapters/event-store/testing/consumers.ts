import type {
  EventStoreDBClient,
  PersistentAction,
  PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';
import {
  persistentSubscriptionToStreamSettingsFromDefaults as defaults,
  START,
} from '@eventstore/db-client';
import { expect, vi } from 'vitest';
import { numbersOf } from './server.ts';

type Subscription = ReturnType<EventStoreDBClient['subscribeToPersistentSubscriptionToStream']>;
type AllSubscription = ReturnType<EventStoreDBClient['subscribeToPersistentSubscriptionToAll']>;

/** What an event came as: its number and how often it had come before. */
export type Came = { readonly number: number; readonly retries: number };

/** `ack`, or how an event is refused; `hold` answers nothing. */
export type Answer = 'ack' | 'hold' | PersistentAction;

export type TestConsumer = {
  readonly came: readonly Came[];
  readonly types: readonly string[];
  numbers(): readonly number[];
  /** Settles with how the subscription ended. */
  readonly ended: Promise<unknown>;
  confirmed(): Promise<void>;
  leave(): Promise<void>;
};

export type Answering = (came: Came) => Answer;

/** Notes what comes and answers it as it is told. */
export function consumer(
  subscription: Subscription | AllSubscription,
  answer: Answering = () => 'ack',
): TestConsumer {
  const came: Came[] = [];
  const types: string[] = [];
  const confirmation = new Promise<void>((resolve) => {
    subscription.on('confirmation', () => resolve());
  });
  const ended = new Promise<unknown>((resolve) => {
    subscription.on('error', resolve).on('end', () => resolve('end'));
  });
  subscription.on('data', (event) => {
    const [number] = numbersOf([event]);
    const one = { number: Number(number), retries: event.retryCount };
    came.push(one);
    types.push(event.event?.type ?? 'none');
    const said = answer(one);
    if (said === 'ack') void subscription.ack(event).catch(() => undefined);
    else if (said !== 'hold') {
      void subscription.nack(said, 'as the spec says', event).catch(() => undefined);
    }
  });
  return {
    came,
    types,
    numbers: () => came.map(({ number }) => number),
    ended,
    confirmed: () => confirmation,
    leave: () => subscription.unsubscribe(),
  };
}

/** From the start and with short times, but for what is told. */
export function settings(
  changed: Partial<PersistentSubscriptionToStreamSettings> = {},
): PersistentSubscriptionToStreamSettings {
  return defaults({ startFrom: START, checkPointAfter: 50, ...changed });
}

/** Waits until this holds. */
export function eventually(
  assertion: () => void | Promise<void>,
  patienceMs = 30_000,
): Promise<void> {
  return vi.waitFor(assertion, { timeout: patienceMs, interval: 50 });
}

export function upTo(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, at) => from + at);
}

export function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}

/** Everything has come, each exactly once. */
export function expectOnce(consumers: readonly TestConsumer[], count: number): void {
  expect(sorted(consumers.flatMap((one) => one.numbers()))).toEqual(upTo(count));
}
