import persistentStub from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import featuresStub from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsStub from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { PlainError } from '../../../plain-error.ts';
import type { Engine } from '../engine.ts';
import { append } from './append.ts';
import { batchAppend } from './batch-append.ts';
import { supportedMethods } from './features.ts';
import { persistentSubscriptions } from './persistent/service.ts';
import { read } from './read.ts';
import { closing } from './refusals.ts';
import { deleteStream, tombstoneStream } from './remove.ts';

export type ServeOptions = {
  readonly port: number; // 0 picks one
  readonly host?: string | undefined; // 127.0.0.1 unless told
  readonly now?: (() => number) | undefined; // milliseconds; the machine's unless told
};

export type EventStoreServer = { readonly port: number; dispose(): Promise<void> };

/** A batch request may hold an event of 16 MiB; a refused message would end the whole call. */
const messageBytesMax = 17 * 1_048_576;
/** How long calls may take to end before their connections are cut. */
const closingMsMax = 1_000;

/**
 * Serves an engine over EventStoreDB's protocol, without TLS and without passwords: for this
 * machine, or a network that is trusted. Disposing of it leaves the engine open. Rejects with
 * PlainError when the port is taken.
 */
export async function serveEventStore(
  engine: Engine,
  { port, host = '127.0.0.1', now = Date.now }: ServeOptions,
): Promise<EventStoreServer> {
  const leaving = new AbortController();
  const served: Engine = { ...engine, closed: AbortSignal.any([engine.closed, leaving.signal]) };
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
  });
  const groups = persistentSubscriptions(served, now);
  const batches = new Set<{ emit(event: 'error', cause: unknown): boolean }>();
  server.addService(featuresStub.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<unknown>) =>
      answer(null, supportedMethods()),
  });
  const streams: streamsStub.IStreamsServer = {
    read: (call) => void read(served, call),
    append: (call, answer) => append(served, call, answer),
    batchAppend: (call) => {
      batches.add(call);
      call.on('close', () => batches.delete(call));
      batchAppend(served, call);
    },
    delete: (call, answer) => deleteStream(served, call, answer),
    tombstone: (call, answer) => tombstoneStream(served, call, answer),
  };
  server.addService(streamsStub.StreamsService, streams);
  server.addService(persistentStub.PersistentSubscriptionsService, groups.service);
  const bound = await bind(server, `${host}:${port}`).catch(async (cause) => {
    await groups.stop(closing);
    throw cause;
  });
  return {
    port: bound,
    dispose: async () => {
      leaving.abort();
      for (const call of batches) call.emit('error', closing);
      await groups.stop(closing);
      await shutDown(server);
    },
  };
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (cause, port) => {
      if (!cause) return resolve(port);
      reject(
        new PlainError(
          `The event store cannot be served at ${address}: the port is in use or not allowed. ` +
            'Name another port, or 0 to pick a free one.',
        ),
      );
    });
  });
}

/** Waits for calls to end by themselves, but not for ever. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), closingMsMax);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
