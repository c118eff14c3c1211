import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Engine } from '../engine.ts';
import { ExpressionRefused } from './expression.ts';
import type { Filter } from './filter.ts';
import { filterOf } from './filter.ts';
import type { Output } from './output.ts';
import { openOutput } from './output.ts';
import type { Refusal } from './refusals.ts';
import { failure, invalid, streamDeleted } from './refusals.ts';
import type { Source } from './source.ts';
import {
  allSource,
  allTail,
  pageEventsMax,
  responseOf,
  streamSource,
  streamTail,
} from './source.ts';
import { streamIdentifier, streamNameOf } from './wire.ts';

type Call = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;

/** Reads of a stream or of `$all`, and subscriptions to them, are one method of the protocol. */
export async function read(engine: Engine, call: Call): Promise<void> {
  const output = openOutput(call, engine.closed);
  try {
    const options = call.request.getOptions();
    const refused = options ? await answer(engine, options, output) : invalid('Nothing is asked.');
    if (refused) output.fail(refused);
    else output.end();
  } catch (cause) {
    output.fail(cause instanceof ExpressionRefused ? invalid(cause.message) : failure(cause));
  }
}

async function answer(
  engine: Engine,
  options: streamsPb.ReadReq.Options,
  output: Output,
): Promise<Refusal | null> {
  const stream = options.getStream();
  const name = stream ? streamNameOf(stream.getStreamIdentifier()) : null;
  const found = name === null ? null : engine.reader().stream(name);
  if (name !== null && found?.state === 'tombstoned') return streamDeleted(name);
  const request = { options, filter: filterOf(options) };
  if (options.hasSubscription()) {
    await subscribe(engine, request, output);
  } else if (name !== null && (found?.state !== 'open' || found.lastRevision < 0)) {
    await output.write(notFound(name));
  } else {
    await readPages(engine, request, output);
  }
  return null;
}

type Request = { readonly options: streamsPb.ReadReq.Options; readonly filter: Filter };

async function readPages(
  engine: Engine,
  { options, filter }: Request,
  output: Output,
): Promise<void> {
  const direction = options.getReadDirection() === 1 ? 'backwards' : 'forwards';
  const how = { reader: engine.reader, resolveLinks: options.getResolveLinks() };
  const [stream, all] = [options.getStream(), options.getAll()];
  let source: Source | null = null;
  if (stream) source = streamSource(engine.reader, { options: stream, direction });
  else if (all) source = allSource(engine.reader, { options: all, direction });
  let left = Number(options.getCount());
  while (source && left > 0) {
    const page = source.next(Math.min(left, pageEventsMax));
    if (page.length === 0) return;
    for (const event of page) {
      if (!filter.wants(event)) continue;
      left -= 1;
      if (!(await output.write(responseOf(event, how)))) return;
    }
    await setImmediate(); // other calls go between two pages
  }
}

/** History and live are one: it reads on from its own position whenever something was written. */
async function subscribe(
  engine: Engine,
  { options, filter }: Request,
  output: Output,
): Promise<void> {
  const [stream, all] = [options.getStream(), options.getAll()];
  let source: Source | null = null;
  if (stream) source = streamTail(engine.reader, stream);
  else if (all) source = allTail(engine.reader, all);
  if (!source) return;
  const how = { reader: engine.reader, resolveLinks: options.getResolveLinks() };
  await output.write(confirmation());
  let caughtUp = false;
  let considered = 0;
  while (!output.over()) {
    const rung = engine.bell.rung();
    const page = source.next(pageEventsMax);
    // Asked now, so that writers who never rest do not put it off for ever.
    const atEnd = page.length === 0 || source.atEnd();
    for (const event of page) {
      considered += 1;
      if (filter.wants(event) && !(await output.write(responseOf(event, how)))) return;
      if (considered % filter.checkpointEvery === 0) await output.write(checkpoint(event.position));
    }
    if (atEnd && !caughtUp) {
      caughtUp = true;
      await output.write(new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp()));
    } else if (page.length > 0) {
      await setImmediate();
    } else {
      await output.orOver(rung);
    }
  }
}

function notFound(stream: string): streamsPb.ReadResp {
  const missing = new streamsPb.ReadResp.StreamNotFound();
  const named = missing.setStreamIdentifier(streamIdentifier(stream));
  return new streamsPb.ReadResp().setStreamNotFound(named);
}

function confirmation(): streamsPb.ReadResp {
  const confirmed = new streamsPb.ReadResp.SubscriptionConfirmation();
  return new streamsPb.ReadResp().setConfirmation(confirmed.setSubscriptionId(randomUUID()));
}

function checkpoint(position: bigint): streamsPb.ReadResp {
  const text = position.toString();
  const reached = new streamsPb.ReadResp.Checkpoint();
  return new streamsPb.ReadResp().setCheckpoint(
    reached.setCommitPosition(text).setPreparePosition(text),
  );
}
