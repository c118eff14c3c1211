import type { Commands } from '../commands/commands.ts';
import type { ConversationId, UserId } from '../domain/ids.ts';
import type { Analytics } from '../ops/adapters/analytics/port.ts';
import type { Cache } from '../ops/adapters/cache/port.ts';
import type { Search } from '../ops/adapters/search/port.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import type { Tracing } from '../ops/observe/port.ts';
import type { Cursors } from '../ops/vault/port.ts';
import type { ReadProgress } from '../projections/progress.ts';
import type { Access } from './auth/access.ts';

/** What the API is built from. */
export type ApiDependencies = {
  readonly commands: Commands;
  readonly tables: Tables;
  readonly progress: ReadProgress;
  readonly cache: Cache;
  readonly search: Pick<Search, 'findMessages' | 'findPeople' | 'findConversations'>;
  readonly cursors: Cursors; // of what was found by words
  readonly analytics: Analytics;
  readonly access: Access;
  /** Says that somebody types; false when she may not write there. */
  readonly typing: (conversationId: ConversationId, userId: UserId) => Promise<boolean>;
  readonly now: () => number; // ms since the Unix epoch
  readonly newId: () => string; // UUIDv7
  readonly log: Log;
  readonly costPerMinute: number; // points
  /** Told of each query and mutation once it is answered, where somebody measures. */
  readonly tell?: ((operation: OperationTold) => void) | undefined;
  /** Where traces are recorded. */
  readonly tracing?: Tracing | undefined;
};

/** What became of a query or mutation; nothing in it is anybody's text. */
export type OperationTold = {
  readonly transport: 'http' | 'socket';
  readonly kind: 'query' | 'mutation' | 'none'; // none: no operation could be read
  readonly outcome: string; // ok, or the code of the first error
  readonly seconds: number;
};

export type Log = {
  error(facts: object, message: string): void;
  info(facts: object, message: string): void;
};
