import { setTimeout as pause } from 'node:timers/promises';
import { PlainError } from '../../plain-error.ts';
import type { ClickHouseConnection, ClickHouseOptions } from './clickhouse-connection.ts';
import { connectClickHouse } from './clickhouse-connection.ts';
import type { Analytics, FactBatch, Question } from './port.ts';
import { AnalyticsUnavailable, QuestionRefused } from './port.ts';

const rowsMax = 100_000; // of a batch: the server takes them in one block, so all or none
const batchesRemembered = 10_000;
const healthMs = 2_000;

/**
 * Analytics on a ClickHouse 25.8 or newer. A batch is known again by its token, in the table and in
 * what materialised views made of it, as long as both declare
 * `non_replicated_deduplication_window = 10000` (`define` refuses a table that does not: a repeat
 * would count twice there) or are of a replicated engine. A batch counts there once for each
 * partition that it touches. One that was cut off by a crash may show the rows of some partitions
 * until it is inserted again. A null for a column that has none becomes its default.
 * A server that can be reached and cannot be used rejects with a PlainError; one that is away is
 * looked at again before each call.
 */
export async function openClickHouse(options: ClickHouseOptions): Promise<Analytics> {
  const connection = connectClickHouse(options);
  await connection.check().catch(async (cause: unknown) => {
    if (!(cause instanceof PlainError)) return;
    await connection[Symbol.asyncDispose]();
    throw cause;
  });
  const { run } = connection;
  return {
    define: async (statements) => {
      for (const statement of statements) {
        await run('platform', async (client, abort_signal) => {
          await client.command({ query: statement, abort_signal });
        });
      }
      await refuseForgetful(connection);
    },
    insert: (batch) => insertBatch(connection, batch),
    ask: (question) => ask(connection, question),
    breaker: connection.breaker,
    watchCalls: connection.watchCalls,
    health: () => {
      const late = pause(healthMs, null, { ref: false }).then(() => {
        throw new AnalyticsUnavailable(`no answer within ${healthMs} ms`);
      });
      return Promise.race([late, ask(connection, { sql: 'select 1', as: 'platform' })]).then(
        () => ({ ok: true }),
        (cause: Error) => ({ ok: false, reason: cause.message }),
      );
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

async function insertBatch(
  { insert, seconds }: ClickHouseConnection,
  { table, token, rows }: FactBatch,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  if (rows.length > rowsMax) {
    throw new QuestionRefused(`A batch of ${rows.length} rows is more than ${rowsMax}.`);
  }
  const [column, ...more] = Object.keys(first).map(nameOf);
  if (column === undefined) throw new QuestionRefused(`A row for ${table} has no column.`);
  const columns: [string, ...string[]] = [column, ...more];
  const into = { table: nameOf(table), columns };
  const values = rows.map((row, at) => valuesOf(row, columns, at));
  await insert((client, abort_signal) =>
    client.insert({
      ...{ ...into, values, format: 'JSONCompactEachRow', abort_signal },
      clickhouse_settings: {
        insert_deduplication_token: token,
        insert_deduplicate: 1,
        deduplicate_blocks_in_dependent_materialized_views: 1,
        async_insert: 0, // the answer means that it is written
        date_time_input_format: 'best_effort',
        input_format_parallel_parsing: 0,
        max_execution_time: seconds,
      },
    }),
  );
}

function valuesOf(
  row: FactBatch['rows'][number],
  columns: readonly string[],
  at: number,
): readonly unknown[] {
  if (Object.keys(row).length === columns.length) {
    const values = columns.map((name) => row[name]);
    if (!values.includes(undefined)) return values;
  }
  throw new QuestionRefused(`Row ${at} of a batch has other columns than the first.`);
}

/** Names are ours and never input: one that would have to be quoted is a defect. */
function nameOf(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new QuestionRefused(`${JSON.stringify(name)} is no name of a table or column.`);
}

async function ask<Row>(
  { run, seconds }: ClickHouseConnection,
  { sql, values = {}, as }: Question,
): Promise<readonly Row[]> {
  const answer = await run(as, async (client, abort_signal) => {
    const result = await client.query({
      ...{ query: sql, query_params: values, format: 'JSONEachRow', abort_signal },
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 1,
        wait_end_of_query: 1, // an error half-way is an error, not the end
        ...(as === 'platform' && { max_execution_time: seconds }),
      },
    });
    return result.json<Row>();
  });
  return answer;
}

/** Tables on a single node that would count a repeat twice. */
async function refuseForgetful(connection: ClickHouseConnection): Promise<void> {
  const forgetful = await ask<{ readonly name: string }>(connection, {
    sql: `select name from system.tables
      where database = {database:String} and engine like '%MergeTree'
        and not match(engine, '^(Replicated|Shared)')
        and toUInt64OrZero(extract(engine_full,
          'non_replicated_deduplication_window = (\\d+)')) < {least:UInt64}
      order by name`,
    values: { database: connection.database, least: batchesRemembered },
    as: 'platform',
  });
  if (forgetful.length === 0) return;
  throw new QuestionRefused(
    `${forgetful.map(({ name }) => name).join(', ')}: declare the setting ` +
      `non_replicated_deduplication_window = ${batchesRemembered}, or repeats count twice.`,
  );
}
