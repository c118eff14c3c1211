import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Refusal } from './refusals.ts';
import { closing } from './refusals.ts';

/** The answers of one call, written no faster than the client takes them. */
export type Output = {
  /** False when nobody listens any more. */
  write(response: streamsPb.ReadResp): Promise<boolean>;
  /** Waits for that, or until nobody listens any more. */
  orOver(wanted: Promise<void>): Promise<void>;
  over(): boolean;
  end(): void;
  fail(refusal: Refusal): void;
};

type Call = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;

/** Ends with UNAVAILABLE when the log closes, without an error when the client goes. */
export function openOutput(call: Call, closed: AbortSignal): Output {
  let gone = false;
  let wake = (): void => undefined;
  const over = (): boolean => gone || call.cancelled || closed.aborted;
  const leave = (): void => {
    gone = true;
    wake();
  };
  const woken = (): Promise<void> => {
    if (over()) return Promise.resolve();
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
  const onDrain = (): void => wake();
  const onClosed = (): void => wake();
  call.on('cancelled', leave);
  call.on('error', leave);
  call.on('close', leave);
  call.on('drain', onDrain);
  closed.addEventListener('abort', onClosed);
  const release = (): void => closed.removeEventListener('abort', onClosed);

  return {
    write: async (response) => {
      if (over()) return false;
      if (!call.write(response)) await woken();
      return !over();
    },
    orOver: async (wanted) => {
      const waiting = woken();
      void wanted.then(() => wake());
      await waiting;
    },
    over,
    end: () => {
      release();
      if (gone || call.cancelled) return;
      if (closed.aborted) call.emit('error', closing);
      else call.end();
    },
    fail: (refusal) => {
      release();
      if (!gone && !call.cancelled) call.emit('error', refusal);
    },
  };
}
