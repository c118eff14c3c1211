import type { IncomingMessage } from 'node:http';
import type { Statement } from './engine.ts';
import type { Account, EngineFile } from './files.ts';

const bodyBytesMax = 256 * 2 ** 20;

/** What cannot be answered, with its HTTP status and ClickHouse's code. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(`Code: ${code}. DB::Exception: ${message}`);
    this.status = status;
    this.code = code;
  }
}

/**
 * A statement from a request of ClickHouse's HTTP protocol: SQL in the body, or in `query` with
 * rows in the body; `database`, `param_NAME` and settings in the URL; an account by Basic or by
 * headers of its own.
 */
export async function readRequest(
  request: IncomingMessage,
  accounts: Pick<EngineFile, 'platform' | 'reader'>,
): Promise<Statement> {
  const as = whoAsks(request, accounts);
  const { searchParams } = new URL(request.url ?? '/', 'http://engine');
  const body = await bodyOf(request);
  const inUrl = searchParams.get('query');
  const { sql, format } = withoutFormat(inUrl ?? body.toString());
  if (sql === '') throw new RequestRefused(400, 62, 'Syntax error: Empty query. (SYNTAX_ERROR)');
  const rest = [...searchParams].filter(([name]) => !ofTheProtocol.has(name));
  return {
    ...{ as, sql, format: format ?? searchParams.get('default_format') ?? 'TabSeparated' },
    body: inUrl === null || body.length === 0 ? null : body,
    database: searchParams.get('database'),
    settings: named(rest.filter(([name]) => !name.startsWith(valuePrefix))),
    values: named(
      rest.flatMap(([name, value]) =>
        name.startsWith(valuePrefix) ? [[name.slice(valuePrefix.length), value]] : [],
      ),
    ),
  };
}

const valuePrefix = 'param_';

/** What a server answers to that we need not: it buffers, compresses or names a request. */
const ofTheProtocol = new Set([
  ...['query', 'query_id', 'database', 'default_format', 'session_id'],
  ...['wait_end_of_query', 'send_progress_in_http_headers', 'enable_http_compression'],
  'cancel_http_readonly_queries_on_client_close',
]);

function whoAsks(
  { headers }: IncomingMessage,
  { platform, reader }: Pick<EngineFile, 'platform' | 'reader'>,
): Statement['as'] {
  const [, basic = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  const [user = '', ...password] = Buffer.from(basic, 'base64').toString().split(':');
  const given: Account = { user, password: password.join(':') };
  const is = (account: Account) => sameSecret(given, account);
  if (is(platform)) return 'platform';
  if (is(reader)) return 'reader';
  throw new RequestRefused(
    ...([403, 516, `${user}: Authentication failed. (AUTHENTICATION_FAILED)`] as const),
  );
}

function sameSecret(given: Account, account: Account): boolean {
  return given.user === account.user && given.password === account.password;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new RequestRefused(413, 307, 'Too large. (TOO_MANY_BYTES)');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The client ends a question with its format, which the engine takes apart from it. */
function withoutFormat(text: string): { readonly sql: string; readonly format: string | null } {
  const sql = text.trim().replace(/;$/, '');
  const isInsert = /^\s*insert\b/i.test(sql);
  const found = isInsert ? null : /\sFORMAT\s+(\w+)$/i.exec(sql);
  if (found === null) return { sql, format: null };
  return { sql: sql.slice(0, found.index).trimEnd(), format: found[1] ?? null };
}

function named(pairs: readonly (readonly string[])[]): Readonly<Record<string, string>> {
  for (const [name = ''] of pairs) {
    if (/^\w+$/.test(name)) continue;
    throw new RequestRefused(400, 115, `Unknown setting '${name}'. (UNKNOWN_SETTING)`);
  }
  return Object.fromEntries(pairs);
}
