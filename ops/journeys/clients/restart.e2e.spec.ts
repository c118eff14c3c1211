import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { openPlatform } from '../../compose.ts';
import { readSettings } from '../../config/config.ts';
import type { Answer } from '../testing.ts';
import { createGroup, eventually, register, send, startPlatform } from '../testing.ts';
import { documents } from './testing.ts';

it('a standard client comes back by itself when the platform stops and starts again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-restart-'));
  const options = { PARLEY_PORT: '0', PARLEY_DATA: folder };
  const outcome = readSettings(options, folder);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  const first = await openPlatform(outcome.settings.config);
  const ada = await register(first.url, 'Ada');
  const group = await createGroup(ada, []);
  const texts: string[] = [];
  const closes: number[] = [];
  // As graphql-ws makes it: its own rules when to retry, its own pauses, five attempts.
  const client = createClient({
    url: `${first.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${ada.token}` },
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  });
  let caughtUp = 0;
  client.subscribe<Answer>(
    { query: documents.events, variables: { after: ada.cursor } },
    {
      next: ({ data }) => {
        if (data.events.__typename === 'Progress') caughtUp += 1;
        if (data.events.message) texts.push(data.events.message.text);
      },
      error: (cause) => {
        throw cause;
      },
      complete: () => undefined,
    },
  );
  await eventually(() => expect(caughtUp).toBeGreaterThan(0));
  await first[Symbol.asyncDispose]();
  await eventually(() => expect(closes).toEqual([1012]));

  const port = new URL(first.url).port;
  await using second = await startPlatform({ PARLEY_PORT: port }, folder);
  expect(second.url).toBe(first.url);
  await send(ada, group, 'after the restart');
  await eventually(() => expect(texts).toContain('after the restart'), 60_000);
  await client.dispose();
});
