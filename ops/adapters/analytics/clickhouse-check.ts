import { PlainError } from '../../plain-error.ts';
import type { Asks, Command } from './clickhouse-connection.ts';
import { AnalyticsUnavailable, analystBounds, QuestionRefused } from './port.ts';

const oldest = { major: 25, minor: 8 };

export type Checking = {
  readonly where: string;
  readonly database: string;
  readonly hasReader: boolean;
  run<Answer>(as: Asks, command: Command<Answer>): Promise<Answer>;
};

/**
 * Looks whether a server is one that Parley can use: its version, its accounts, and that its reader
 * can neither write nor ask without bounds. Makes the database if it is missing. A PlainError says
 * what to mend; one that does not answer rejects with AnalyticsUnavailable.
 */
export async function checkServer(checking: Checking): Promise<void> {
  try {
    await checkVersion(checking);
    await ensureDatabase(checking);
    if (checking.hasReader) await checkReader(checking);
  } catch (cause) {
    const isMisconfigured =
      cause instanceof QuestionRefused ||
      (cause instanceof AnalyticsUnavailable && /AUTHENTICATION_FAILED$/.test(cause.message));
    throw isMisconfigured ? new PlainError(misconfigured(checking, cause.message)) : cause;
  }
}

async function checkVersion({ run, where }: Checking): Promise<void> {
  const [found] = await run('server', rowsOf<{ version: string }>('select version() as version'));
  const [major = 0, minor = 0] = (found?.version ?? '').split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw new PlainError(
    `The ClickHouse at ${where} is version ${found?.version}: Parley needs ${oldest.major}.` +
      `${oldest.minor} or newer.`,
  );
}

async function ensureDatabase({ run, database }: Checking): Promise<void> {
  const sql = 'select name from system.databases where name = {database:String}';
  const found = await run('server', rowsOf(sql, { database }));
  if (found.length > 0) return;
  await run('server', (client, abort_signal) =>
    client.command({
      query: 'create database if not exists {database:Identifier}',
      query_params: { database },
      abort_signal,
    }),
  );
}

type Bounds = { readonly readonly: number; readonly seconds: number; readonly rows: string };

async function checkReader({ run, where }: Checking): Promise<void> {
  const [found] = await run(
    'analyst',
    rowsOf<Bounds>(
      `select toUInt8(getSetting('readonly')) as readonly,
         toFloat64(getSetting('max_execution_time')) as seconds,
         toString(getSetting('max_result_rows')) as rows`,
    ),
  );
  const { readonly, seconds, rows } = found ?? { readonly: 0, seconds: 0, rows: '0' };
  const isWithin = (value: number, max: number) => value > 0 && value <= max;
  const isBound =
    isWithin(seconds, analystBounds.seconds) && isWithin(Number(rows), analystBounds.rowsMax);
  if (readonly > 0 && isBound) return;
  throw new PlainError(
    `The reader of the ClickHouse at ${where} ${readonly > 0 ? 'has no bounds' : 'may write'}: ` +
      'give that account the profile of ops/deploy/clickhouse/users.xml.',
  );
}

function rowsOf<Row>(
  query: string,
  query_params: Readonly<Record<string, string>> = {},
): Command<readonly Row[]> {
  return async (client, abort_signal) => {
    const asked = { query, query_params, abort_signal, format: 'JSONEachRow' } as const;
    return (await client.query(asked)).json<Row>();
  };
}

function misconfigured({ where }: Checking, reason: string): string {
  return (
    `The ClickHouse at ${where} cannot be used (${reason}): mend its address, accounts or grants ` +
    '(ops/deploy/clickhouse), or set PARLEY_ANALYTICS to embedded or off.'
  );
}
