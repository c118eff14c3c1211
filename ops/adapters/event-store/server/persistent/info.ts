import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { Consumer } from './consumer.ts';
import { allStream, placeText } from './definition.ts';
import type { Group, Running } from './group.ts';
import { endOf } from './requests.ts';

const { SubscriptionInfo } = persistentPb;

/** What a group is and does, as monitoring wants it; a look begins a new measurement. */
export function infoOf({ definition, running }: Group): persistentPb.SubscriptionInfo {
  const { settings, stream } = definition;
  const info = new SubscriptionInfo()
    .setEventSource(stream)
    .setGroupName(definition.group)
    .setStatus(statusOf(running))
    .setStartFrom(definition.startFrom)
    .setResolveLinkTos(settings.resolveLinks)
    .setExtraStatistics(settings.extraStatistics)
    .setMessageTimeoutMilliseconds(settings.messageTimeoutMs)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfterMs)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setNamedConsumerStrategy(settings.strategy);
  return withCounts(info, running);
}

function withCounts(info: persistentPb.SubscriptionInfo, running: Running) {
  const { definition, engine, consumers, again, replayed, fresh, parking } = running;
  const inHand = consumers.reduce((sum, { inFlight }) => sum + inFlight.size, 0);
  const end = endOf(engine.reader(), definition.stream);
  const checkpoint = running.checkpoints.last();
  const place = (at: number | null) =>
    at === null || at < 0 ? '' : placeText(definition.stream, at);
  const live = running.caughtUp ? fresh.length : 0;
  const nowMs = running.now();
  info
    .setTotalItems(`${running.sent}`)
    .setCountSinceLastMeasurement(`${running.sent - running.sentAtLastLook}`)
    .setAveragePerSecond(perSecond(running, nowMs))
    .setLastKnownEventPosition(place(end))
    .setLastCheckpointedEventPosition(place(checkpoint))
    .setReadBufferCount(fresh.length - live + replayed.length)
    .setLiveBufferCount(`${live}`)
    .setRetryBufferCount(again.length)
    .setTotalInFlightMessages(inHand)
    .setOutstandingMessagesCount(inHand + again.length)
    .setParkedMessageCount(`${parking.count()}`)
    .setConnectionsList(consumers.map((consumer) => connectionOf(consumer, nowMs)));
  running.sentAtLastLook = running.sent;
  return info;
}

function statusOf({ caughtUp, parking, definition, engine, progress }: Running): string {
  const end = endOf(engine.reader(), definition.stream);
  const reading = caughtUp || progress.readUpTo() >= end ? 'Live' : 'Behind';
  return parking.replaying() ? `${reading}, ReplayingParkedMessages` : reading;
}

function connectionOf(consumer: Consumer, nowMs: number) {
  const connection = new SubscriptionInfo.ConnectionInfo()
    .setFrom(consumer.from)
    .setUsername(consumer.username)
    .setConnectionName(consumer.connectionName)
    .setTotalItems(`${consumer.sent}`)
    .setCountSinceLastMeasurement(`${consumer.sent - consumer.sentAtLastLook}`)
    .setAverageItemsPerSecond(perSecond(consumer, nowMs))
    .setAvailableSlots(Math.max(0, consumer.bufferSize - consumer.inFlight.size))
    .setInFlightMessages(consumer.inFlight.size);
  consumer.sentAtLastLook = consumer.sent;
  for (const [key, ms] of consumer.latencies?.table() ?? []) {
    connection.addObservedMeasurements(
      new SubscriptionInfo.Measurement().setKey(key).setValue(`${ms}`),
    );
  }
  return connection;
}

type Counted = { readonly sent: number; readonly sinceMs: number };

function perSecond({ sent, sinceMs }: Counted, nowMs: number): number {
  return Math.round((sent * 1_000) / Math.max(1_000, nowMs - sinceMs));
}

/** Whether a group is asked for: of this stream, or any. */
export function isOn(stream: string | null): (group: Group) => boolean {
  return ({ definition }) => stream === null || definition.stream === stream;
}

/** The stream that a list is asked for; null for all groups. */
export function listedStream(options: persistentPb.ListReq.Options | undefined) {
  const of = options?.getListForStream();
  if (!of) return null;
  return of.hasAll()
    ? allStream
    : Buffer.from(of.getStream()?.getStreamName_asU8() ?? []).toString();
}
