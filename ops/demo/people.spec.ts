import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { callerOf } from './people.ts';

test('who talks asks again, with the same ids, while the platform is away', async () => {
  const asked: string[] = [];
  const answers = [
    [503, '<html>no gateway is ready</html>'],
    [200, '{"errors":[{"extensions":{"code":"UNAVAILABLE"}}]}'],
    [200, '{"data":{"register":{"session":{"accessToken":"t"},"viewer":{"person":{"id":"1"}}}}}'],
  ] as const;
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const [status, body] = answers[asked.length] ?? [500, ''];
    asked.push(Buffer.concat(await request.toArray()).toString());
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const who = { name: 'Ada', email: 'ada@example.org', password: 'correct horse' };
  const { id } = await callerOf(`http://127.0.0.1:${port}`, who);
  expect([id, asked.length, new Set(asked).size]).toEqual(['1', 3, 1]);
  server.close();
});
