import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../free-port.ts';
import { PlainError } from '../../plain-error.ts';
import { connectElasticsearch } from './elasticsearch-connection.ts';
import { SearchUnavailable } from './port.ts';

/** A server that says what it is told to. */
async function serving(answer: RequestListener, onPort = 0) {
  const server = createServer(answer).listen(onPort, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** An Elasticsearch of this version, as far as anybody asks who it is. */
function ofVersion(number: string, status = 200): RequestListener {
  const major = Number.parseInt(number, 10);
  return ({ headers }, response) => {
    response.setHeader('x-elastic-product', 'Elasticsearch');
    response.setHeader('content-type', 'application/json');
    const compatible = Number(/compatible-with=(\d+)/.exec(headers.accept ?? '')?.[1] ?? major);
    const refused = compatible > major;
    response.writeHead(refused ? 400 : status);
    const error = {
      type: 'media_type_header_exception',
      reason: 'A compatible version is required',
    };
    response.end(JSON.stringify(refused ? { error } : { version: { number } }));
  };
}

/** Asks until it fails in these words, or does not fail. */
async function until(ask: () => Promise<unknown>, words: RegExp | null): Promise<void> {
  for (;;) {
    const said = await ask().then(
      () => null,
      (cause: Error) => cause.message,
    );
    if (words === null ? said === null : said !== null && words.test(said)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const connectTo = (port: number) =>
  connectElasticsearch({ url: `http://me:hunter2@127.0.0.1:${port}`, callMs: 300 });

describe('whoever starts on an Elasticsearch', () => {
  it('goes on with version 9 and newer', async () => {
    for (const version of ['9.0.0', '9.5.3', '10.1.0']) {
      await using server = await serving(ofVersion(version));
      await (await connectTo(server.port)).close();
    }
  });

  it.each(['8.19.2', '7.17.0'])('is told that %s is too old', async (version) => {
    await using server = await serving(ofVersion(version));
    const connected = connectTo(server.port);
    await expect(connected).rejects.toBeInstanceOf(PlainError);
    await expect(connected).rejects.toThrow(`is version ${version}: Parley needs 9.0`);
  });

  it('starts while it is away, and looks at it before the first call that reaches it', async () => {
    const port = await freePort();
    const connection = await connectTo(port);
    const ask = () => connection.ask((client, options) => client.cluster.health({}, options));
    await expect(ask()).rejects.toThrow(`the Elasticsearch at 127.0.0.1:${port} does not answer`);
    await expect(ask()).rejects.not.toThrow('hunter2');
    const found = { version: '8.19.2' };
    await using _server = await serving((...heard) => ofVersion(found.version)(...heard), port);
    await until(ask, /is version 8\.19\.2: Parley needs 9\.0/);
    found.version = '9.5.3';
    await until(ask, null);
    await connection.close();
  });

  it('sends its name and password, and is told when they are refused', async () => {
    const heard: (string | undefined)[] = [];
    const answer = ofVersion('9.5.3', 401);
    await using server = await serving((request, response) => {
      heard.push(request.headers.authorization);
      answer(request, response);
    });
    await expect(connectTo(server.port)).rejects.toThrow(/refuses our login.*password/);
    expect(heard).toEqual([`Basic ${Buffer.from('me:hunter2').toString('base64')}`]);
  });

  it('is told that another program is none', async () => {
    await using server = await serving((_, response) => void response.end('hello'));
    await expect(connectTo(server.port)).rejects.toBeInstanceOf(PlainError);
  });
});

describe('a call', () => {
  const health = (connection: Awaited<ReturnType<typeof connectTo>>) =>
    connection.ask((client, options) => client.cluster.health({}, options));

  it('is asked again while the server has too much to do', async () => {
    let asked = 0;
    const [busy, ready] = [ofVersion('9.5.3', 429), ofVersion('9.5.3')];
    await using server = await serving((request, response) => {
      asked += 1;
      (asked === 2 ? busy : ready)(request, response);
    });
    const connection = await connectTo(server.port);
    await health(connection);
    expect(asked).toBe(3);
    await connection.close();
  });

  it('ends in its time when nobody answers, and others are then refused at once', async () => {
    let asked = 0;
    const ready = ofVersion('9.5.3');
    await using server = await serving((request, response) => {
      asked += 1;
      if (asked === 1) ready(request, response);
    });
    const connection = await connectTo(server.port);
    while (connection.breaker() !== 'open') {
      await expect(health(connection)).rejects.toBeInstanceOf(SearchUnavailable);
    }
    const before = asked;
    const refused = await Promise.allSettled(Array.from({ length: 20 }, () => health(connection)));
    for (const one of refused) {
      expect(one).toMatchObject({ reason: expect.any(SearchUnavailable) });
    }
    expect(asked - before).toBeLessThan(20); // one at a time tries
    await connection.close();
  });

  it('is not asked again when the server refuses it', async () => {
    let asked = 0;
    const [ready, wrong] = [ofVersion('9.5.3'), ofVersion('9.5.3', 400)];
    await using server = await serving((request, response) => {
      asked += 1;
      (asked === 1 ? ready : wrong)(request, response);
    });
    const connection = await connectTo(server.port);
    await expect(health(connection)).rejects.not.toBeInstanceOf(SearchUnavailable);
    expect(asked).toBe(2);
    await connection.close();
  });
});
