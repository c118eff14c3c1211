import { randomUUID } from 'node:crypto';
import type { IndexChange, MessageDocument, MessageHit, MessageQuery, Search } from '../port.ts';

/** A search that nothing else uses, and how its driver is made to show what was applied. */
export type Opened = {
  readonly search: Search;
  /** Makes everything that was applied be found now. */
  refresh(): Promise<void>;
  dispose(): Promise<void>;
};

export const messages = { index: 'messages', at: 'serving' } as const;

/** A conversation of one's own: what others of the same index hold is not found in it. */
export type Room = {
  readonly id: string;
  readonly within: MessageQuery['within'];
  message(number: number, text: string, more?: Partial<MessageDocument>): MessageDocument;
  put(number: number, text: string, more?: Partial<MessageDocument>): IndexChange;
  remove(number: number, version: bigint): IndexChange;
  /** Applies messages 1, 2, 3 … of these texts. */
  say(...texts: readonly string[]): Promise<void>;
  /** Numbers, in order. */
  find(text: string, more?: Partial<MessageQuery>): Promise<readonly number[]>;
  hits(text: string, more?: Partial<MessageQuery>): Promise<readonly MessageHit[]>;
};

export function newRoom(opened: () => Opened): Room {
  const id = randomUUID();
  const within = [{ conversationId: id, first: 1, last: null }];
  const message: Room['message'] = (number, text, more) => ({
    ...{ of: 'message', id: `${id}:${number}`, version: BigInt(number), conversationId: id },
    ...{ number, author: 'ada', sentAtMs: 1_700_000_000_000 + number * 1_000, text, has: [] },
    ...more,
  });
  const put: Room['put'] = (...of) => ({ kind: 'put', document: message(...of) });
  const hits: Room['hits'] = async (text, more) => {
    const query = { text, within, order: 'relevance', first: 100, ...more } as const;
    const found: MessageHit[] = [];
    for (let after = query.after; ; ) {
      const first = query.first - found.length;
      const page = await opened().search.findMessages({ ...query, first, after });
      found.push(...page.hits);
      if (page.endedAt === undefined || found.length === query.first) return found;
      after = page.endedAt;
    }
  };
  return {
    ...{ id, within, message, put, hits },
    remove: (number, version) => ({ kind: 'remove', id: `${id}:${number}`, version }),
    say: async (...texts) => {
      const changes = texts.map((text, at) => put(at + 1, text));
      await opened().search.apply(messages, changes);
      await opened().refresh();
    },
    find: async (text, more) => (await hits(text, more)).map(({ number }) => number),
  };
}

/** A word that no other document has. */
export function newWord(): string {
  const letters = [...randomUUID().replaceAll('-', '')];
  return letters.map((letter) => String.fromCharCode(97 + Number.parseInt(letter, 16))).join('');
}

export async function all<One>(of: AsyncIterable<One>): Promise<readonly One[]> {
  const found: One[] = [];
  for await (const one of of) found.push(one);
  return found;
}
