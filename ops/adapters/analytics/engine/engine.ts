import type { RawInsertFormat, Session } from 'chdb';
import { PlainError } from '../../../plain-error.ts';
import { analystBounds } from '../port.ts';
import { engineDatabase, layOutEngine } from './files.ts';
import { readerStatement } from './reader.ts';
import { EngineError, quote } from './words.ts';

/** One statement, as ClickHouse's protocol brings it. */
export type Statement = {
  readonly as: 'platform' | 'reader';
  readonly sql: string;
  /** Rows that an insert is followed by. */
  readonly body: Buffer | null;
  readonly database: string | null;
  readonly format: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>; // escaped, as in the URL
};

export type Engine = {
  /** What the engine answers in the format; its errors are `EngineError`. */
  run(statement: Statement): Promise<Uint8Array>;
  readonly version: string;
  [Symbol.dispose](): void;
};

/**
 * The engine of ClickHouse in this process, on a folder that no other process may hold. Each
 * statement has a session of its own (2 ms): neither settings nor values outlive it.
 */
export async function openEngine(folder: string): Promise<Engine> {
  const { Session: Opened } = await import('chdb').catch(refuseMissing);
  const { data, config } = layOutEngine(folder);
  const kept = openFirst(() => new Opened(data, { connectionArgs: [`--config-file=${config}`] }));
  const version = (await ask(kept, 'select version()', 'TSV')).toString().trim();
  return {
    version,
    run: async (statement) => {
      const session = new Opened(data);
      try {
        for (const sql of preparing(statement)) await ask(session, sql, 'TSV');
        const { sql, body, format } = statement;
        if (statement.as === 'reader') {
          return await ask(session, await readerStatement(sql, asker(session)), format);
        }
        return await (body === null ? ask(session, sql, format) : insert(session, sql, body));
      } finally {
        session.close();
      }
    },
    [Symbol.dispose]: () => kept.close(),
  };
}

/** What a session is told before the statement. */
function preparing({ as, database, settings, values }: Statement): readonly string[] {
  const isReader = as === 'reader';
  const strange = Object.keys(settings).find((name) => isReader && !/^output_format_/.test(name));
  if (strange !== undefined) {
    throw new EngineError(`Code: 452. DB::Exception: Setting ${strange} should not be changed.`);
  }
  const assigned = [
    ...Object.entries(settings),
    ...Object.entries(values).map(([name, value]) => [`param_${name}`, value] as const),
    ...(isReader ? readerSettings : []),
  ];
  return [
    ...(isReader ? [`use ${engineDatabase}`, 'set role reader'] : []),
    ...(isReader || database === null ? [] : [`use ${quoteName(database)}`]),
    ...assigned.map(([name, value]) => `set ${name} = ${quote(value)}`),
    ...(isReader ? ['set readonly = 1'] : []),
  ];
}

const readerSettings: readonly (readonly [string, string])[] = Object.entries({
  max_execution_time: `${analystBounds.seconds}`,
  max_result_rows: `${analystBounds.rowsMax}`,
  max_bytes_to_read: `${analystBounds.bytesMax}`,
  max_memory_usage: '1000000000',
  timeout_overflow_mode: 'throw',
  result_overflow_mode: 'throw',
  read_overflow_mode: 'throw',
});

function ask(session: Session, sql: string, format: string): Promise<Buffer> {
  return asEngine(async () => Buffer.from((await session.queryAsync(sql, { format })).bytes()));
}

async function asEngine(work: () => Promise<Buffer>): Promise<Buffer> {
  try {
    return await work();
  } catch (cause) {
    throw new EngineError(cause instanceof Error ? cause.message : String(cause));
  }
}

/** As the client writes it. The rows stay bytes: the engine alone looks at them. */
async function insert(session: Session, sql: string, rows: Buffer): Promise<Buffer> {
  const [, table, columns, format] = insertion.exec(sql) ?? [];
  if (table === undefined || !isTextFormat(format)) {
    throw new EngineError(`Code: 48. DB::Exception: Rows want ${insertion}. (NOT_IMPLEMENTED)`);
  }
  const into = columns === undefined ? { table } : { table, columns: columns.split(/,\s*/) };
  return asEngine(async () => {
    await session.insert({ ...into, values: rows, format });
    return Buffer.alloc(0);
  });
}

const insertion = /^INSERT INTO ([\w.]+)(?: \(([\w, ]+)\))?\s+FORMAT (\w+)$/i;

function isTextFormat(format: string | undefined): format is RawInsertFormat {
  return format === 'JSONEachRow' || format === 'JSONCompactEachRow';
}

function asker(session: Session): (sql: string) => Promise<string> {
  return async (sql) => (await ask(session, sql, 'TSVRaw')).toString();
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

function openFirst(open: () => Session): Session {
  try {
    return open();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PlainError(`The engine does not start (${reason}); its own words stand above.`);
  }
}

function refuseMissing(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  throw new PlainError(`chdb has no engine for this machine (${reason}).`);
}
