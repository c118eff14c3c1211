import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';

const streams = 'event_store.client.streams.Streams';
const groups = 'event_store.client.persistent_subscriptions.PersistentSubscriptions';

/** Methods with what each can be used on, where a client asks for that. */
const methods: readonly (readonly [service: string, method: string, ...on: string[]])[] = [
  ...['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone'].map(
    (name) => [streams, name] as const,
  ),
  ...['Create', 'Update', 'Delete', 'Read', 'GetInfo', 'List', 'ReplayParked'].map(
    (name) => [groups, name, 'stream', 'all'] as const,
  ),
  [groups, 'RestartSubsystem'],
];

/** Clients want caught-up messages and positions of read events from this version on. */
const version = '23.10.0';

/** What this server can do; what is not listed, the client does not try. */
export function supportedMethods(): featuresPb.SupportedMethods {
  const supported = new featuresPb.SupportedMethods().setEventStoreServerVersion(version);
  for (const [service, name, ...on] of methods) {
    supported.addMethods(
      new featuresPb.SupportedMethod()
        .setServiceName(service)
        .setMethodName(name)
        .setFeaturesList(on),
    );
  }
  return supported;
}
