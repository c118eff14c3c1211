import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { FromWriter, WriteRequest, WriteResult } from './messages.ts';
import { schemaSql } from './schema.ts';
import type { Streams } from './streams.ts';
import { openStreams } from './streams.ts';

/**
 * The only writer of the file, on a thread of its own. Everything that has arrived while the last flush was
 * under way goes into one transaction and one flush; nothing is answered before that. A request that fails
 * its check writes nothing and harms no other.
 */
const { path }: { path: string } = workerData;
const port = parentPort;
if (!port) throw new Error('the writer runs as a worker thread');
const tell = (message: FromWriter): void => port.postMessage(message);

const database = open();
if (database) {
  const streams = openStreams(database);
  tell({ kind: 'ready' });
  port.on('message', (first: readonly WriteRequest[] | 'close') => {
    const requests = [first];
    for (;;) {
      const more = receiveMessageOnPort(port);
      if (!more) break;
      requests.push(more.message);
    }
    const writes = requests.flatMap((request) => (request === 'close' ? [] : request));
    if (writes.length > 0) tell(flush(database, streams, writes));
    if (requests.includes('close')) {
      database.close();
      port.close();
    }
  });
}

function open(): DatabaseSync | null {
  try {
    const opened = new DatabaseSync(path);
    opened.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 2000');
    opened.exec(schemaSql);
    return opened;
  } catch (cause) {
    tell({ kind: 'unusable', reason: reasonOf(cause) });
    return null;
  }
}

function flush(
  into: DatabaseSync,
  streams: Streams,
  requests: readonly WriteRequest[],
): FromWriter {
  try {
    into.exec('begin immediate');
    const results = requests.map((request) => streams.append(request));
    into.exec('commit');
    return { kind: 'flushed', results, head: streams.head() };
  } catch (cause) {
    if (into.isTransaction) into.exec('rollback');
    streams.forget();
    const reason = reasonOf(cause);
    const results = requests.map(({ ticket }): WriteResult => ({ ticket, kind: 'failed', reason }));
    return { kind: 'flushed', results, head: streams.head() };
  }
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : 'unknown';
  if (/disk is full|SQLITE_FULL/i.test(message)) return 'the disk is full';
  if (/not a database|malformed|corrupt/i.test(message)) return 'the file is damaged';
  if (/locked|busy/i.test(message)) return 'the file is in use by another program';
  if (/unable to open|readonly/i.test(message)) return 'the file cannot be written';
  return message;
}
