import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';

const streams = 'event_store.client.streams.Streams';
const methods = ['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone'];

/** Clients want caught-up messages and positions of read events from this version on. */
const version = '23.10.0';

/** What this server can do; what is not listed, the client does not try. */
export function supportedMethods(): featuresPb.SupportedMethods {
  const supported = new featuresPb.SupportedMethods().setEventStoreServerVersion(version);
  for (const name of methods) {
    supported.addMethods(
      new featuresPb.SupportedMethod().setServiceName(streams).setMethodName(name),
    );
  }
  return supported;
}
