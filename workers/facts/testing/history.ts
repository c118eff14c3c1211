import { createHash } from 'node:crypto';
import type { ParleyEvent } from '../../../domain/recorded.ts';
import type { Analytics } from '../../../ops/adapters/analytics/port.ts';
import type { LogRecord } from '../../../ops/adapters/event-log/port.ts';
import type { Pseudonyms } from '../../../ops/vault/port.ts';
import { rollupStatements } from '../../../projections/facts/rollups.ts';
import { tableOf, tableStatements } from '../../../projections/facts/statements.ts';
import type { TableName } from '../../../projections/facts/tables.ts';
import { tables } from '../../../projections/facts/tables.ts';
import { encodeRecord } from '../../../schemas/records/encode.ts';
import { openTextOpener } from '../../testing/open-text.ts';
import { factsOf, insertFacts, tokenOf } from '../batch.ts';

const numberOf = (id: string) => createHash('sha256').update(id).digest().readBigUInt64BE();

/** Names that anybody can work out: the same for the same id, everywhere. */
export const plainNames: Pseudonyms = {
  namesFor: async () => ({
    person: (id) => `${numberOf(id)}`,
    conversation: (id) => `${numberOf(id)}`,
  }),
};

export function streamOf(recorded: ParleyEvent): string {
  if (recorded.category === 'account') return `account-${recorded.userId}`;
  const { conversationId } = recorded;
  if (recorded.category === 'conversation') return `conversation-${conversationId}`;
  return `participation-${conversationId}_${recorded.userId}`;
}

/** A history as the topic would hold it, in one partition. */
export function recordsOf(history: readonly ParleyEvent[]): readonly LogRecord[] {
  return history.map((recorded, offset) => {
    return { partition: 0, offset, key: '', value: recordText(recorded) };
  });
}

/** Its record, as the relay would write it. */
export function recordText(recorded: ParleyEvent): string {
  const { type, ...fields } = recorded.event;
  const { id, revision, position, recordedAtMs } = recorded;
  const data = Buffer.from(JSON.stringify(fields));
  const stream = streamOf(recorded);
  return encodeRecord({ id, revision, position, recordedAtMs, type, stream, data });
}

/** Writes batches as the worker does; the hours are counted after the first and the last. */
export async function load(
  analytics: Analytics,
  generation: string,
  batches: readonly (readonly LogRecord[])[],
): Promise<void> {
  await analytics.define(tableStatements(generation));
  const hours = new Set<number>();
  for (const [at, records] of batches.entries()) {
    const found = await factsOf(records, { opener: openTextOpener, pseudonyms: plainNames });
    const token = tokenOf(generation, records);
    await insertFacts(analytics, found, { generation, token });
    for (const hour of found.hours) hours.add(hour);
    if (at > 0 && at < batches.length - 1) continue;
    await analytics.define(rollupStatements(generation, hours));
  }
}

/** All folded rows, in order of their keys; without when they were loaded. */
export async function rowsOf(analytics: Analytics, generation: string) {
  const rows: Record<string, readonly object[]> = {};
  for (const [name, { key, columns }] of Object.entries(tables)) {
    const shown = Object.entries(columns)
      .filter(([column]) => column !== 'loaded_at')
      .map(([column, { read }]) => `${read.replace('{}', `t.${column}`)} AS ${column}`);
    const table = tableOf(name as TableName, generation);
    const sql = `SELECT ${shown.join(', ')} FROM ${table} AS t FINAL ORDER BY ${key.join(', ')}`;
    rows[name] = await analytics.ask<object>({ sql, as: 'platform' });
  }
  return rows;
}
