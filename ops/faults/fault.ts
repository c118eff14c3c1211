import type { Stage, Wanted } from './on-servers.ts';

/** What happened in one round of a fault, and what the laws say of it. */
export type Round = {
  readonly what: string; // what was done to whom
  readonly acknowledged: number; // sends
  readonly operations: number;
  readonly violations: readonly string[];
  /** From the fault to the first acknowledged send, and to nobody being behind; ms. */
  readonly recovery?: { readonly firstAnswerMs: number | null; readonly caughtUpMs: number | null };
  /** What people and operators read, as far as it matters here. */
  readonly read?: readonly string[];
};

/** What a fault is given. */
export type Lab = {
  readonly rounds: number;
  readonly code: string; // folder of the code that runs, sound or broken
  readonly faultSeconds: number | null; // how long a fault lasts that heals; null: each its own
  readonly scratch: string; // a folder for histories and images, removed afterwards
  /** The platform on real servers, started when it is first asked for; others end it. */
  stage(wanted: Wanted): Promise<Stage>;
  /** Keeps a round; prints it. */
  tell(round: Round): void;
};

/**
 * A fault in a real machine: how often it is tried, and what it needs. One that never finds
 * anything proves nothing: ops/broken-builds has the defect that it must find.
 */
export type Fault = {
  readonly name: string;
  readonly says: string; // what is done
  readonly rounds: number; // unless told
  /** Why it cannot be tried on this machine; null when it can. */
  missing(): string | null;
  run(lab: Lab): Promise<void>;
};
