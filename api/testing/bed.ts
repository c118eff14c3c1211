import { graphql } from 'graphql';
import { v7 } from 'uuid';
import type { Outcome } from '../../commands/outcome.ts';
import type { ClientId, ConversationId, UserId } from '../../domain/ids.ts';
import type { Statement, Statements } from '../../ops/adapters/tables/port.ts';
import type { Platform } from '../../ops/compose.ts';
import { startPlatform } from '../../ops/journeys/testing.ts';
import { openCursors } from '../../ops/vault/cursors.ts';
import { counting } from '../../projections/testing/counting.ts';
import { openAccess } from '../auth/access.ts';
import { openPasswords } from '../auth/passwords.ts';
import { openTokens } from '../auth/tokens.ts';
import type { ApiContext } from '../context.ts';
import { createContext } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { buildSchema } from '../graphql/schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read as the specs expect them
type Answer = any;

/** The resolvers over a real platform, each document with the statements it took. */
export type Bed = Platform & {
  readonly dependencies: ApiDependencies;
  /** Registered, and known to the read models. */
  readonly people: (count: number) => Promise<readonly UserId[]>;
  readonly group: (
    by: UserId,
    members: readonly UserId[],
    title?: string,
  ) => Promise<ConversationId>;
  /** The position of the message. */
  readonly said: (
    by: UserId,
    conversationId: ConversationId,
    more?: { readonly text?: string; readonly replyTo?: number },
  ) => Promise<bigint>;
  /** Once the read models show all that was done. */
  readonly settled: () => Promise<void>;
  readonly ask: (
    viewer: UserId,
    source: string,
    variables?: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly data: Answer; readonly statements: number; readonly rows: number }>;
};

export async function openBed(): Promise<Bed> {
  const platform = await startPlatform();
  const { commands, machines, progress } = platform;
  const { cache, search, analytics, newId, now, rootKey } = machines;
  const counted = counting(machines.tables);
  const tables = { ...machines.tables, ...inRounds(counted) };
  const tokens = await openTokens({ tables, rootKey, now, accessTokenMs: 60_000 });
  const passwords = openPasswords();
  const dependencies: ApiDependencies = {
    ...{ commands, tables, progress, cache, search, analytics, now, newId },
    access: openAccess({ tables, cache, commands, passwords, tokens, newId }),
    typing: async () => false,
    log: { error: () => undefined, info: () => undefined },
    costPerMinute: 1_000_000,
    cursors: openCursors(machines.vault),
  };
  const schema = buildSchema();
  return {
    ...platform,
    dependencies,
    people: async (count) => {
      const made = await Promise.all(Array.from({ length: count }, (_, at) => person(at)));
      await settled();
      return made;
    },
    group: async (by, members, title = 'Group') => {
      const id = v7() as ConversationId;
      const settings = { history: 'everything' } as const;
      const started = commands.createGroup(by, { id, title, about: '', members, settings });
      return done(await started).conversationId;
    },
    said: async (by, conversationId, { text = 'hello', replyTo } = {}) => {
      const outcome = await commands.sendMessage(by, {
        ...{ conversationId, clientId: v7() as ClientId, text, form: 'text', replyTo },
        ...{ claimedAtMs: undefined, source: 'client' },
      });
      done(outcome);
      return outcome.kind === 'done' ? outcome.position : 0n;
    },
    settled,
    ask: async (viewer, source, variableValues = {}) => {
      counted.taken();
      const contextValue: ApiContext = createContext(dependencies, viewer);
      const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
      if (errors) throw new AggregateError(errors, errors.map(String).join('\n'));
      return { data, ...counted.taken() };
    },
  };

  async function settled(): Promise<void> {
    const head = await machines.eventStore.head();
    const reached = await progress.waitFor(head, { timeoutMs: 30_000 });
    if (reached < head) throw new Error('the read models did not come after');
  }

  async function person(at: number): Promise<UserId> {
    const userId = v7() as UserId;
    const facts = { kind: 'person', handle: undefined, origin: 'registration' } as const;
    done(await commands.account(userId, { type: 'register', name: `Person ${at}`, ...facts }));
    return userId;
  }
}

/**
 * Whatever is asked at the same time is answered at the same time: how many statements a document
 * takes then depends on the document alone, and not on which answer is there first.
 */
function inRounds(statements: Statements): Statements {
  let asked = 0;
  let round: (() => void)[] = [];
  return {
    ...statements,
    query: async <Row extends object>(statement: Statement) => {
      asked += 1;
      const answer = await Promise.allSettled([statements.query<Row>(statement)]);
      await new Promise<void>((resolve) => {
        round.push(resolve);
        if (round.length === asked) endRound();
      });
      if (answer[0].status === 'rejected') throw answer[0].reason;
      return answer[0].value;
    },
  };

  function endRound(): void {
    const ended = round;
    asked = 0;
    round = [];
    for (const resolve of ended) resolve();
  }
}

/** What was answered; anything but an answer fails the spec. */
export function done<Answered>(outcome: Outcome<Answered, object>): Answered {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.answer;
}
