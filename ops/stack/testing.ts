import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenWeEnd } from '../ends-with-us.ts';
import { freePort } from '../free-port.ts';
import { unasked } from './had.ts';
import { killAtOnce, killServer, startServer, stopServer } from './run-server.ts';
import type { StackServer } from './server.ts';

/** A server of its own for one spec, which may end it and start it again. */
export type TestServer = {
  readonly port: number;
  /** Of the process that was started last; what it started is below it. */
  pid(): number;
  readonly option: { readonly name: string; readonly value: string };
  stop(): Promise<void>;
  /** Without a word, as when a machine dies. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Why a spec must do without it; null when it need not. */
export function lackOf(server: StackServer): string | null {
  const { name, missing } = server;
  return (
    missing() ?? unasked(server) ?? process.env[`PARLEY_TEST_WITHOUT_${name.toUpperCase()}`] ?? null
  );
}

export async function openTestServer(server: StackServer): Promise<TestServer> {
  await server.fetch(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), `parley-${server.name}-`));
  const port = await freePort();
  let running = await startServer(server, { port, folder });
  const callOff = whenWeEnd(() => killAtOnce(running));
  return {
    port,
    option: server.option(port),
    stop: () => stopServer(running),
    kill: () => killServer(running),
    start: async () => {
      running = await startServer(server, { port, folder });
    },
    pid: () => running.pid,
    [Symbol.asyncDispose]: async () => {
      await stopServer(running);
      callOff();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
