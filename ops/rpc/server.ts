import { rmSync } from 'node:fs';
import type { ServerDuplexStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { lineOn } from './line.ts';
import type { Line, Opening } from './wire.ts';
import { callPath, decode, encode, linePath, messageBytesMax } from './wire.ts';

/** What a process does for others of its machine, by the name of the method. */
export type Served = {
  readonly calls: Readonly<Record<string, (request: never) => Promise<unknown>>>;
  /** Each works until it resolves, which ends the line; it must stop when the line is over. */
  readonly lines: Readonly<Record<string, (request: never, line: Line) => Promise<void>>>;
};

const closingMsMax = 1_000;
const codec = {
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
};

/** Serves on a unix socket of this path; a stale file of a killed process is taken away first. */
export async function serveRpc(path: string, served: Served): Promise<AsyncDisposable> {
  rmSync(path, { force: true });
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
  });
  server.addService(
    {
      call: { path: callPath, requestStream: false, responseStream: false, ...codec },
      line: { path: linePath, requestStream: true, responseStream: true, ...codec },
    },
    {
      call: (call: ServerUnaryCall<Opening, unknown>, answer: sendUnaryData<unknown>) =>
        void answerCall(served, call.request, answer),
      line: (stream: ServerDuplexStream<unknown, unknown>) =>
        void keepLine(
          served,
          lineOn(stream, () => stream.end()),
        ),
    },
  );
  await new Promise<void>((resolve, reject) => {
    const insecure = ServerCredentials.createInsecure(); // the folder is its owner's alone
    server.bindAsync(`unix:${path}`, insecure, (cause) => (cause ? reject(cause) : resolve()));
  });
  return { [Symbol.asyncDispose]: () => shutDown(server) };
}

async function answerCall(
  { calls }: Served,
  { method, request }: Opening,
  answer: sendUnaryData<unknown>,
): Promise<void> {
  try {
    const handler = calls[method];
    if (!handler) return answer({ code: status.UNIMPLEMENTED, details: `no call ${method}` });
    answer(null, { value: await handler(request as never) });
  } catch (cause) {
    answer({ code: status.INTERNAL, details: cause instanceof Error ? cause.message : 'unknown' });
  }
}

async function keepLine({ lines }: Served, line: Line): Promise<void> {
  try {
    const opening = (await line.receive()) as Opening | undefined;
    const handler = opening && lines[opening.method];
    if (handler) await handler(opening.request as never, line);
  } catch {
    // Whoever called finds the line over, and calls again.
  } finally {
    line.end();
  }
}

/** Lines stay open for as long as somebody listens: they are cut after a moment. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), closingMsMax);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
