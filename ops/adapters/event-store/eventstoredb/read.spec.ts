import { StreamNotFoundError } from '@eventstore/db-client';
import { expect, test } from 'vitest';
import type { Driver } from './driver.ts';
import { end, head, readStream } from './read.ts';

type Asked = { readonly maxCount?: number };

/** A client whose reads answer with these events, the newest first, and that counts cancels. */
function clientOf(types: readonly string[] | 'not found') {
  const asked: Asked[] = [];
  let cancels = 0;
  const read = (options: Asked) => {
    asked.push(options);
    const reading = {
      on: () => reading,
      cancel: async () => {
        cancels += 1;
      },
      async *[Symbol.asyncIterator]() {
        if (types === 'not found') throw new StreamNotFoundError(null as never, 'some');
        for (const [at, type] of types.slice(0, options.maxCount).entries()) {
          yield { event: eventOf(type, types.length - at) };
        }
      },
    };
    return reading;
  };
  const client = { readStream: (_: string, options: Asked) => read(options), readAll: read };
  const count = { appends: 0, eventsWritten: 0, eventsRead: 0 };
  const closed = new AbortController().signal;
  return { driver: { client, closed, count } as unknown as Driver, asked, cancels: () => cancels };
}

function eventOf(type: string, at: number) {
  const body = { data: Buffer.from('{}'), metadata: Buffer.from('{}'), isJson: true };
  const position = { commit: BigInt(at), prepare: BigInt(at) };
  return {
    id: `${at}`,
    type,
    streamId: 's',
    revision: BigInt(at),
    created: new Date(0),
    ...body,
    position,
  };
}

const request = { stream: 's', from: 'start', direction: 'forwards' } as const;

async function types(driver: Driver, eventsMax?: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of readStream(driver, { ...request, eventsMax })) {
    found.push(...page.map(({ type }) => type));
  }
  return found;
}

test('a read that ends by itself is not cancelled: too many end the connection', async () => {
  const full = clientOf(['a', 'b', 'c']);
  expect(await types(full.driver)).toEqual(['a', 'b', 'c']);
  expect(await types(full.driver, 2)).toEqual(['a', 'b']);
  const none = clientOf('not found');
  expect(await types(none.driver)).toEqual([]);
  expect([full.cancels(), none.cancels()]).toEqual([0, 0]);
});

test('one whose reader leaves is', async () => {
  const { driver, cancels } = clientOf(Array.from({ length: 501 }, () => 'a'));
  for await (const page of readStream(driver, request)) {
    expect(page.length).toBe(500);
    break;
  }
  expect(cancels()).toBe(1);
});

test('the newest events are asked for by number, more where all are the system’s own', async () => {
  const system = Array.from({ length: 20 }, () => '$stats');
  const { driver, asked, cancels } = clientOf([...system, 'said', 'said']);
  expect(await head(driver)).toBe(2n);
  expect(await end(driver)).toBe(22n);
  expect(asked.map(({ maxCount }) => maxCount)).toEqual([16, 256, 1]);
  expect(await head(clientOf(system).driver)).toBe(0n);
  expect(cancels()).toBe(0);
});
