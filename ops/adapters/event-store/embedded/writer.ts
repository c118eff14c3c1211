import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { FromWriter, Parcel, WriteRequest, WriteResult } from './messages.ts';
import { unpack } from './messages.ts';
import type { Rules } from './rules.ts';
import { openRules, systemEvent } from './rules.ts';
import { schemaSql } from './schema.ts';

/** Larger files would hold up the start; their events are checked one by one when they are read. */
const checkedBytesMax = 64 * 1_048_576;

const diskFull = 'the disk is full';
const deviceFails = 'the device does not take it';
const reasonsOfTheMachine = new Set([diskFull, deviceFails]);

/**
 * The only writer of the file, on a thread of its own. Everything that has arrived while the last
 * flush was under way goes into one transaction and one flush; nothing is answered before that. A
 * request that fails its check writes nothing and harms no other.
 */
const { path }: { path: string } = workerData;
const port = parentPort;
if (!port) throw new Error('the writer runs as a worker thread');
const tell = (message: FromWriter): void => port.postMessage(message);

const opened = open();
if (opened) {
  tell({ kind: 'ready' });
  port.on('message', (first: Parcel | 'close') => {
    const messages = [first, ...waiting()];
    const parcels = messages.filter((message) => message !== 'close');
    for (const { nowMs } of parcels) opened.rules.setClock(nowMs);
    if (parcels.length > 0) flush(opened, parcels.flatMap(unpack));
    if (parcels.length < messages.length) {
      opened.database.close();
      opened.lock.close();
      port.close();
    }
  });
}

type Opened = {
  readonly database: DatabaseSync;
  readonly rules: Rules;
  readonly lock: DatabaseSync;
};

function* waiting(): Generator<Parcel | 'close'> {
  if (!port) return;
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    yield next.message;
  }
}

function open(): Opened | null {
  try {
    const lock = new DatabaseSync(`${path}.lock`);
    // Held as long as this thread lives, and let go by the system if it is killed.
    lock.exec('pragma journal_mode = memory; begin exclusive');
    const database = new DatabaseSync(path);
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    if (!isSound(database)) throw new Error('malformed');
    database.exec(schemaSql);
    const rules = openRules(database);
    const created = systemEvent('$logCreated', Buffer.from('{}'));
    rules.setClock(Date.now());
    const made = { database, rules, lock };
    inTransaction(made, [
      { ticket: 0, kind: 'append', stream: '$log', expected: 'no-stream', events: [created] },
    ]);
    return made;
  } catch (cause) {
    tell({ kind: 'unusable', reason: reasonOf(cause) });
    return null;
  }
}

function isSound(database: DatabaseSync): boolean {
  if (statSync(path).size > checkedBytesMax) return true;
  return database.prepare('pragma quick_check(1)').get()?.quick_check === 'ok';
}

/** All in one transaction; when something unforeseen happens in it, each once more by itself. */
function flush(into: Opened, requests: readonly WriteRequest[]): void {
  try {
    const results = inTransaction(into, requests);
    tell({ kind: 'flushed', wrote: results.some(isWritten), results });
  } catch (cause) {
    const reason = reasonOf(cause);
    if (requests.length > 1 && !reasonsOfTheMachine.has(reason)) {
      for (const request of requests) flush(into, [request]);
      return;
    }
    const results = requests.map(({ ticket }): WriteResult => ({ ticket, kind: 'failed', reason }));
    tell({ kind: 'flushed', wrote: false, results });
  }
}

function inTransaction(
  { database, rules }: Opened,
  requests: readonly WriteRequest[],
): WriteResult[] {
  try {
    database.exec('begin immediate');
    const results = requests.map((request) => rules.apply(request));
    database.exec('commit');
    return results;
  } catch (cause) {
    if (database.isTransaction) database.exec('rollback');
    rules.forget();
    throw cause;
  }
}

function isWritten(result: WriteResult): boolean {
  return result.kind === 'removed' || (result.kind === 'appended' && result.fresh);
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : 'unknown';
  if (/disk is full/i.test(message)) return diskFull;
  if (/not a database|malformed|corrupt/i.test(message)) return 'the file is damaged';
  if (/locked|busy/i.test(message)) return 'the file is in use by another process';
  if (/unable to open|readonly|permission/i.test(message)) return 'the file cannot be written';
  if (/disk I\/O/i.test(message)) return deviceFails;
  return message;
}
