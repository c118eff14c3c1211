import type { Machine } from '../../guard.ts';

/**
 * What may be forgotten: values with an expiry, hashes, publish/subscribe, and the registry of who
 * is connected where. In process by default, Redis when it grows. What one process asks takes
 * effect in the order in which it was asked, also where nobody waits for the answer. A machine that
 * does not answer in time rejects with CacheUnavailable: whether it was done is not known then.
 */
export type Cache = Machine & {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options: { readonly expiresInMs: number }): Promise<void>;
  /** Sets only where nothing is; true when it did. */
  setIfAbsent(
    key: string,
    value: string,
    options: { readonly expiresInMs: number },
  ): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * Adds to a counter that expires after the window; answers with the new value. While its machine
   * is away each process counts for itself: limits go on, and nobody is refused for want of it.
   */
  increment(key: string, by: number, options: { readonly expiresInMs: number }): Promise<number>;
  hashSet(key: string, field: string, value: string): Promise<void>;
  hashGetAll(key: string): Promise<ReadonlyMap<string, string>>;
  hashDelete(key: string, field: string): Promise<void>;
  /** At most once, in order per channel, to those who listen at this moment. */
  publish(channel: string, message: string): Promise<void>;
  subscribe(
    channel: string,
    listener: (message: string) => void,
    options?: SubscribeOptions,
  ): Promise<Unsubscribe>;
  /**
   * Who is connected where: a gateway says which rooms (conversations, people) it has somebody for.
   */
  readonly registry: Registry;
};

/** What a listener may want to know besides the messages. */
export type SubscribeOptions = {
  /**
   * Called when messages may have been lost, once the subscription stands again: the machine was
   * away, or this listener was too slow for it.
   */
  readonly onGap?: (() => void) | undefined;
};

/** Ends a subscription; nothing arrives after it resolves. */
export type Unsubscribe = () => Promise<void>;

/** Who is connected where, by gateway; a room is a conversation or a person. */
export type Registry = {
  enter(gateway: string, rooms: readonly string[]): Promise<void>;
  leave(gateway: string, rooms: readonly string[]): Promise<void>;
  /** For each room the gateways that have somebody in it. */
  gatewaysOf(rooms: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * A gateway that does not renew within the lease is forgotten, with all its rooms. False when it
   * was not known (any more): what it entered before counts for nothing, and messages went past it.
   */
  renew(gateway: string, options: { readonly leaseMs: number }): Promise<boolean>;
  /** Every gateway whose lease runs, also those without a room. */
  gateways(): Promise<readonly string[]>;
};

/** The cache does not answer, or more waits for it than it may. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable';
}
