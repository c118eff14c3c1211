/**
 * The messages of EventStoreDB's protocol, as the official client ships them: generated CommonJS,
 * of which Node sees only the default.
 */
import persistentStub from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import featuresStub from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsStub from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';

const x: streamsPb.ReadReq = new streamsPb.ReadReq();
console.log(
  Object.keys(persistentStub),
  Object.keys(featuresStub),
  Object.keys(featuresPb),
  Object.keys(sharedPb),
  Object.keys(statusPb),
  Object.keys(streamsStub),
  Object.keys(streamsPb),
  Object.keys(anyPb),
  Object.keys(emptyPb),
  x.hasOptions(),
);
