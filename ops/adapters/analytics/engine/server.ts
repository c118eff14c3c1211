import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Engine } from './engine.ts';
import type { EngineFile } from './files.ts';
import { RequestRefused, readRequest } from './request.ts';
import { EngineError } from './words.ts';

/** More at once are refused, as a server does by `max_concurrent_queries`. */
const atOnceMax = 100;
const endWithinMs = 1_000;

export type EngineServer = { readonly port: number; [Symbol.asyncDispose](): Promise<void> };

/**
 * ClickHouse's HTTP protocol over an engine, as far as `@clickhouse/client` speaks it: `/ping`,
 * statements by POST, errors with their code. Answers are whole: none breaks off half-way. Where
 * `orAny` is told, a port that another program has is replaced by any other.
 */
export async function serveEngine(
  engine: Engine,
  file: EngineFile,
  { orAny }: { readonly orAny: boolean },
): Promise<EngineServer> {
  let running = 0;
  const server = createServer((request, response) => {
    if (request.url === '/ping') return void response.end('Ok.\n');
    running += 1;
    answer(request)
      .then((bytes) => response.end(bytes))
      .catch((cause: unknown) => refuse(response, cause))
      .finally(() => {
        running -= 1;
      });
  });
  server.keepAliveTimeout = 30_000;
  await listen(file.port).catch((cause: unknown) => {
    if (orAny) return listen(0);
    throw cause;
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a port was listened on');
  return {
    port: address.port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), endWithinMs).unref();
      }),
  };

  async function answer(request: IncomingMessage): Promise<Uint8Array> {
    if (running > atOnceMax) {
      throw new RequestRefused(500, 202, 'Too many queries. (TOO_MANY_SIMULTANEOUS_QUERIES)');
    }
    return engine.run(await readRequest(request, file));
  }

  function listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  function refuse(response: ServerResponse, cause: unknown): void {
    const { code, status } =
      cause instanceof RequestRefused
        ? cause
        : { code: cause instanceof EngineError ? cause.code : 1, status: 500 };
    const message = cause instanceof Error ? cause.message : String(cause);
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Exception-Code': code,
    });
    response.end(`${message} (version ${engine.version})\n`);
  }
}
