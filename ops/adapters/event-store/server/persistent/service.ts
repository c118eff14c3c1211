import type persistentStub from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import type { Engine } from '../../engine.ts';
import type { Refusal } from '../refusals.ts';
import { noGroup, Refused, refusalOf } from '../refusals.ts';
import { consume } from './consume.ts';
import { infoOf, isOn, listedStream } from './info.ts';
import { openRegistry } from './registry.ts';
import { definitionOf, nameOf } from './requests.ts';

/** The service, and what ends its consumers when the server goes. */
export type PersistentSubscriptions = {
  readonly service: persistentStub.IPersistentSubscriptionsServer;
  /** Writes how far each group came. */
  stop(why: Refusal): Promise<void>;
};

/** Groups of consumers that share the events of a stream or of `$all` (ADR 20). */
export function persistentSubscriptions(
  engine: Engine,
  now: () => number,
): PersistentSubscriptions {
  const registry = openRegistry(engine, now);
  const service: persistentStub.IPersistentSubscriptionsServer = {
    create: ({ request }, answer) =>
      reply(answer, async () => {
        await registry.create(definitionOf(engine.reader(), request.getOptions()));
        return new persistentPb.CreateResp();
      }),
    update: ({ request }, answer) =>
      reply(answer, async () => {
        await registry.update(definitionOf(engine.reader(), request.getOptions()));
        return new persistentPb.UpdateResp();
      }),
    delete: ({ request }, answer) =>
      reply(answer, async () => {
        await registry.remove(named(request.getOptions()));
        return new persistentPb.DeleteResp();
      }),
    read: (call) => consume(registry, call),
    getInfo: ({ request }, answer) =>
      reply(answer, async () => {
        const group = await registry.find(named(request.getOptions()));
        return new persistentPb.GetInfoResp().setSubscriptionInfo(infoOf(group));
      }),
    replayParked: ({ request }, answer) =>
      reply(answer, async () => {
        const options = request.getOptions();
        const group = await registry.find(named(options));
        const count = options?.hasStopAt() ? Number(options.getStopAt()) : Number.MAX_SAFE_INTEGER;
        group.replayParked(count);
        return new persistentPb.ReplayParkedResp();
      }),
    list: ({ request }, answer) =>
      reply(answer, async () => {
        const stream = listedStream(request.getOptions());
        const groups = (await registry.list()).filter(isOn(stream));
        if (stream !== null && groups.length === 0) {
          throw new Refused(noGroup({ stream, group: '' }));
        }
        return new persistentPb.ListResp().setSubscriptionsList(groups.map(infoOf));
      }),
    restartSubsystem: (_call, answer) =>
      reply(answer, async () => {
        await registry.restart();
        return new sharedPb.Empty();
      }),
  };
  return { service, stop: registry.stop };
}

type NamingOptions =
  | persistentPb.DeleteReq.Options
  | persistentPb.GetInfoReq.Options
  | persistentPb.ReplayParkedReq.Options;

function named(options: NamingOptions | undefined) {
  const stream = options?.getStreamIdentifier();
  const all = options?.hasAll() ?? false;
  return nameOf({ all, stream, group: options?.getGroupName() ?? '' });
}

function reply<Response>(answer: sendUnaryData<Response>, work: () => Promise<Response>): void {
  work().then(
    (response) => answer(null, response),
    (cause) => answer(refusalOf(cause)),
  );
}
