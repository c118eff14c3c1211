import type persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { Refusal } from '../refusals.ts';
import type { Latencies } from './latencies.ts';
import type { Message } from './message.ts';

type InFlight = { readonly message: Message; readonly sentAtMs: number };

/** One connection to a group: what it has in hand, at most `bufferSize`, and its way to it. */
export type Consumer = {
  readonly id: string;
  readonly from: string; // its address
  readonly username: string;
  readonly connectionName: string;
  readonly bufferSize: number;
  /** In the order of sending; an answer names only the id, so each stands here once. */
  readonly inFlight: Map<string, InFlight>;
  readonly latencies: Latencies | null; // of answers, where the group asks for them
  readonly sinceMs: number;
  sent: number;
  sentAtLastLook: number;
  readonly link: ConsumerLink;
};

export type ConsumerLink = {
  /** Whether the connection takes more; what it does not take is not put before it. */
  ready(): boolean;
  send(response: persistentPb.ReadResp): void;
  /** Ends it. */
  drop(refusal: Refusal): void;
};

export function hasRoom({ inFlight, bufferSize, link }: Consumer): boolean {
  return inFlight.size < bufferSize && link.ready();
}
