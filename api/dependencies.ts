import type { Commands } from '../commands/commands.ts';
import type { ConversationId, UserId } from '../domain/ids.ts';
import type { Cache } from '../ops/adapters/cache/port.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import type { ReadProgress } from '../projections/progress.ts';
import type { Access } from './auth/access.ts';

/** What the API is built from. */
export type ApiDependencies = {
  readonly commands: Commands;
  readonly tables: Tables;
  readonly progress: ReadProgress;
  readonly cache: Cache;
  readonly access: Access;
  /** Says that somebody types; false when she may not write there. */
  readonly typing: (conversationId: ConversationId, userId: UserId) => Promise<boolean>;
  readonly now: () => number; // ms since the Unix epoch
  readonly newId: () => string; // UUIDv7
  readonly log: Log;
  readonly costPerMinute: number; // points
};

export type Log = {
  error(facts: object, message: string): void;
  info(facts: object, message: string): void;
};
