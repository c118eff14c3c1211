import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import { eventAt, linkTarget } from '../source.ts';
import { recordedEvent } from '../wire.ts';
import { putInOrder } from './again.ts';
import type { Consumer } from './consumer.ts';
import { hasRoom } from './consumer.ts';
import type { Running } from './group.ts';
import type { Message, Waiting } from './message.ts';
import { eventOf } from './message.ts';
import { settle } from './settle.ts';
import { chooseBy } from './strategies.ts';

/** On the way to the parked ones at most, so that refusing faster than writing does not pile up. */
const parkingsMax = 1_000;

/** Sends what somebody has room for. */
export function deliver(running: Running): void {
  putInOrder(running.again, running.returned.splice(0));
  for (const queue of [running.again, running.replayed, running.fresh]) {
    if (!deliverFrom(running, queue)) return;
  }
}

/** False when nobody has room for more. */
function deliverFrom(running: Running, queue: Waiting[]): boolean {
  const pinned = running.definition.settings.strategy === 'Pinned';
  let at = 0;
  for (let waiting = queue[at]; waiting; waiting = queue[at]) {
    if (running.parkings.size >= parkingsMax || !running.consumers.some(hasRoom)) return false;
    const consumer = choose(running, waiting.message);
    if (consumer) {
      const response = responseTo(running, waiting); // before it leaves: a damaged event throws
      queue.splice(at, 1);
      if (queue === running.fresh) running.freshBytes -= bytesOf(waiting);
      if (response) send(running, { consumer, message: waiting.message, response });
      else settle(running, waiting.message); // the log does not keep it any more
    } else if (pinned) {
      at += 1; // its stream waits for its own consumer, others go on
    } else {
      return false;
    }
  }
  return true;
}

function choose({ definition, consumers, sent }: Running, message: Message): Consumer | null {
  return chooseBy[definition.settings.strategy](consumers, message, sent);
}

function bytesOf({ event }: Waiting): number {
  return event ? event.data.length + event.metadata.length : 0;
}

type Sending = {
  readonly consumer: Consumer;
  readonly message: Message;
  readonly response: persistentPb.ReadResp;
};

function send(running: Running, { consumer, message, response }: Sending): void {
  running.sent += 1;
  consumer.sent += 1;
  consumer.inFlight.set(message.id, { message, sentAtMs: running.now() });
  consumer.link.send(response);
}

function responseTo({ definition, engine }: Running, { message, event: known }: Waiting) {
  const event = known ?? eventOf(engine.reader(), message);
  if (!event) return null;
  const read = new persistentPb.ReadResp.ReadEvent().setCommitPosition(event.position.toString());
  const recorded = () => new persistentPb.ReadResp.ReadEvent.RecordedEvent();
  const target = definition.settings.resolveLinks ? linkTarget(event) : null;
  const found = target ? eventAt(engine.reader(), target) : event;
  if (target) read.setLink(recordedEvent(recorded(), event));
  if (found) read.setEvent(recordedEvent(recorded(), found));
  if (message.retries > 0) read.setRetryCount(message.retries);
  else read.setNoRetryCount(new sharedPb.Empty());
  return new persistentPb.ReadResp().setEvent(read);
}
