import { randomUUID } from 'node:crypto';
import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { invalid, Refused, refusalOf } from '../refusals.ts';
import { uuidText } from '../wire.ts';
import type { Consumer, ConsumerLink } from './consumer.ts';
import type { Group, Nack } from './group.ts';
import { openLatencies } from './latencies.ts';
import type { Registry } from './registry.ts';
import { nameOf } from './requests.ts';

type Call = ServerDuplexStream<persistentPb.ReadReq, persistentPb.ReadResp>;

const bufferSizeMax = 5_000;

/** One consumer: its options first, then its answers, while events are sent to it. */
export function consume(registry: Registry, call: Call): void {
  let joined: { readonly group: Group; readonly consumer: Consumer } | null = null;
  let asked = false;
  let over = false;
  const leave = (): void => {
    over = true;
    joined?.group.leave(joined.consumer);
    joined = null;
  };
  const drop: ConsumerLink['drop'] = (refusal) => {
    if (over) return;
    leave();
    call.emit('error', refusal);
  };
  const link = linkOf(call, { drop, onDrain: () => joined?.group.wake() });
  const join = async (options: persistentPb.ReadReq.Options): Promise<void> => {
    const stream = options.getStreamIdentifier();
    const name = nameOf({ all: options.hasAll(), stream, group: options.getGroupName() });
    const group = await registry.find(name);
    if (over) return;
    const consumer = consumerOf(call, { group, link, bufferSize: bufferSizeOf(options) });
    group.join(consumer);
    joined = { group, consumer };
    const confirmed = new persistentPb.ReadResp.SubscriptionConfirmation();
    confirmed.setSubscriptionId(consumer.id);
    call.write(new persistentPb.ReadResp().setSubscriptionConfirmation(confirmed));
  };

  call.on('data', (request: persistentPb.ReadReq) => {
    const options = request.getOptions();
    if (joined) answer(joined, request);
    else if (!options || asked) drop(invalid('The first message of a consumer has its options.'));
    else {
      asked = true;
      join(options).catch((cause) => drop(refusalOf(cause)));
    }
  });
  call.on('end', () => {
    if (!over) call.end();
    leave();
  });
  call.on('cancelled', leave);
  call.on('error', leave);
  call.on('close', leave);
}

/** Writes no more than the connection takes: what is written beyond it would be kept in memory. */
function linkOf(
  call: Call,
  { drop, onDrain }: { drop: ConsumerLink['drop']; onDrain: () => void },
): ConsumerLink {
  let ready = true;
  call.on('drain', () => {
    ready = true;
    onDrain();
  });
  return {
    ready: () => ready,
    send: (response) => {
      ready = call.write(response);
    },
    drop,
  };
}

type Joining = {
  readonly group: Group;
  readonly link: ConsumerLink;
  readonly bufferSize: number;
};

function consumerOf(call: Call, { group, link, bufferSize }: Joining): Consumer {
  const { extraStatistics } = group.definition.settings;
  return {
    ...{ id: randomUUID(), link, bufferSize, from: call.getPeer() },
    username: usernameOf(`${call.metadata.get('authorization')[0] ?? ''}`),
    connectionName: `${call.metadata.get('connection-name')[0] ?? ''}`,
    inFlight: new Map(),
    latencies: extraStatistics ? openLatencies() : null,
    ...{ sinceMs: group.running.now(), sent: 0, sentAtLastLook: 0 },
  };
}

function usernameOf(authorization: string): string {
  const [, encoded] = /^Basic (.+)$/i.exec(authorization) ?? [];
  return (
    Buffer.from(encoded ?? '', 'base64')
      .toString('utf8')
      .split(':')[0] || 'anonymous'
  );
}

function bufferSizeOf(options: persistentPb.ReadReq.Options): number {
  const size = options.getBufferSize();
  if (size >= 1 && size <= bufferSizeMax) return size;
  throw new Refused(invalid(`buffer_size: it is 1 to ${bufferSizeMax}, not ${size}.`));
}

function answer(
  { group, consumer }: { group: Group; consumer: Consumer },
  request: persistentPb.ReadReq,
): void {
  const [ack, nack] = [request.getAck(), request.getNack()];
  if (ack) group.acknowledge(consumer, ack.getIdsList().map(idOf));
  if (!nack) return;
  const action = actions[nack.getAction()] ?? 'retry';
  group.refuse(consumer, { ids: nack.getIdsList().map(idOf), action, reason: nack.getReason() });
}

/** By their numbers; one who does not know leaves it to the server. */
const actions: readonly Nack['action'][] = ['retry', 'park', 'retry', 'skip', 'stop'];

function idOf(uuid: Parameters<typeof uuidText>[0]): string {
  return uuidText(uuid).toLowerCase();
}
