import type { Served } from '../../rpc/server.ts';
import type { Line } from '../../rpc/wire.ts';
import type { Consume, EventLog, LogAppend, TopicOptions } from './port.ts';

/** What a consumer in another process asks for; it is asked back where each partition starts. */
export type ServedConsume = Pick<Consume, 'topic' | 'group' | 'from' | 'recordsMax'> & {
  readonly keepsPlaces: boolean;
};

/** The log of this process, for others of its machine: see served.ts for their side. */
export function serveEventLog(log: EventLog): Served {
  return {
    calls: {
      'log.ensure-topic': ({ topic, ...options }: TopicOptions & { readonly topic: string }) =>
        log.ensureTopic(topic, options),
      'log.append': (request: LogAppend) => log.append(request),
      'log.newest': ({ topic }: { readonly topic: string }) => log.newest(topic),
      'log.ends': ({ topic }: { readonly topic: string }) => log.ends(topic),
      'log.lag': ({
        topic,
        groups,
      }: {
        readonly topic: string;
        readonly groups: readonly string[];
      }) => log.lag(topic, groups),
      'log.health': () => log.health(),
    },
    lines: { 'log.consume': (request: ServedConsume, line) => consume(log, request, line) },
  };
}

/** One batch at a time is on its way; the member leaves the group when the line is over. */
async function consume(log: EventLog, request: ServedConsume, line: Line): Promise<void> {
  const { keepsPlaces, ...wanted } = request;
  const ask = async (partition: number): Promise<number | null> => {
    await line.send({ startOf: partition });
    return ((await line.receive()) as { readonly offset: number | null }).offset;
  };
  const startAt = keepsPlaces ? ask : undefined;
  for await (const batch of log.consume({ ...wanted, startAt, signal: line.over })) {
    await line.send({ records: batch.records });
    for (let said = await line.receive(); said !== 'next'; said = await line.receive()) {
      if (said !== 'commit') return;
      await batch.commit();
      await line.send({ committed: true });
    }
  }
}
