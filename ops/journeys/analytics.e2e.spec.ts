import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../workers/testing/bed.ts';
import type { Platform } from '../compose.ts';
import { dutiesCommand } from '../duties-command.ts';
import type { Caller } from './testing.ts';
import { register, startPlatform } from './testing.ts';

let platform: Platform;
let ada: Caller;
let bob: Caller;
beforeAll(async () => {
  platform = await startPlatform({ PARLEY_ANALYTICS: 'embedded' });
  ada = await register(platform.url, 'Ada');
  bob = await register(platform.url, 'Bob');
  const { viewer } = await ada.ask('{ viewer { email } }');
  await dutiesCommand({
    ...{ args: ['grant', 'analyst', viewer.email], out: { write: () => undefined } },
    tables: async () => platform.machines.tables,
  });
  const opened = await ada.ask(
    `mutation ($personId: ID!) {
      openDirect(input: { personId: $personId }) { conversation { id } }
    }`,
    { personId: bob.id },
  );
  const { id } = opened.openDirect.conversation;
  for (const by of [ada, bob, ada]) await send(by, id);
  await bob.ask(
    `mutation ($id: ID!) {
      markRead(input: { conversationId: $id, number: 3 }) { refusal { code } }
    }`,
    { id },
  );
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
});

async function send(by: Caller, conversationId: string): Promise<void> {
  const { newId } = platform.machines;
  await by.ask(
    `mutation ($conversationId: ID!, $clientId: ID!) {
      sendMessage(input: { conversationId: $conversationId, clientId: $clientId, text: "hello" }) {
        refusal { code }
      }
    }`,
    { conversationId, clientId: newId() },
  );
}

const around = () => {
  const now = Date.now();
  return { from: new Date(now - 86_400_000 * 10), to: new Date(now + 86_400_000) };
};
const figure = (fields: string, by = '') => `query ($from: DateTime!, $to: DateTime!) {
  analytics { found: ${fields.replace(' ', `(from: $from, to: $to${by}) `)} }
}`;

async function rowsOf(fields: string, by = '') {
  const answer = await ada.ask(figure(fields, by), around()).catch(() => null);
  return answer?.analytics.found.rows ?? [];
}

describe('analytics over GraphQL', () => {
  it('give an analyst the figures of what was done, with definition and place', async () => {
    const messages =
      'messages { definition { number version } upTo { position } rows { messages place } }';
    await eventually(async () => {
      const rows = await rowsOf(messages);
      return rows.reduce((sum: number, row: { messages: number }) => sum + row.messages, 0) === 3;
    });
    const { analytics } = await ada.ask(figure(messages), around());
    expect(analytics.found.definition).toEqual({ number: 5, version: 1 });
    expect(analytics.found.rows).toEqual([{ messages: 3, place: 'direct' }]);
    expect(await rowsOf('activePeople { rows { daily monthly } }')).toEqual([
      { daily: 2, monthly: 2 },
    ]);
    const funnel = 'funnel { rows { registered conversed wrote answered } }';
    expect(await rowsOf(funnel)).toEqual([{ registered: 2, conversed: 2, wrote: 2, answered: 2 }]);
    await eventually(async () => {
      const rows = await rowsOf('delivery { rows { mark marks p50Ms } }', ', by: WEEK');
      return rows.some((row: { mark: string; marks: number }) => row.mark === 'read');
    });
  });

  it('say how far they are, and come to the head of the log', async () => {
    const head = await platform.machines.eventStore.head();
    await eventually(async () => {
      const { analytics } = await ada.ask('{ analytics { upTo { position storedAt } } }');
      return BigInt(analytics.upTo.position) >= head && analytics.upTo.storedAt !== null;
    });
  });

  it('are null for everybody else', async () => {
    expect(await bob.ask('{ analytics { upTo { position } } }')).toEqual({ analytics: null });
  });

  it.each([
    ['ends before it begins', '2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['is longer than one answer holds', '2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
  ])('refuse a span that %s, and name the field', async (_what, from, to) => {
    const asked = ada.ask(figure('usage { rows { events } }'), { from, to });
    await expect(asked).rejects.toThrow(/"code":"BAD_INPUT","field":"to"/);
  });
});

describe('where analytics are switched off', () => {
  it('the field says so with a code, and everything else goes on', async () => {
    await using off = await startPlatform();
    const eve = await register(off.url, 'Eve');
    const { viewer } = await eve.ask('{ viewer { email } }');
    await dutiesCommand({
      ...{ args: ['grant', 'analyst', viewer.email], out: { write: () => undefined } },
      tables: async () => off.machines.tables,
    });
    const asked = eve.ask('{ analytics { upTo { position } } }');
    await expect(asked).rejects.toThrow(/"code":"UNAVAILABLE"/);
  });
});
