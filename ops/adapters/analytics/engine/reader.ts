import { EngineError, quote } from './words.ts';

/**
 * What a reader asked, if it is one reading statement and nothing else, as the engine writes it:
 * only what was looked at is run. The engine itself refuses to write, other databases and table
 * functions that leave it; this refuses what it lets through, as it takes us for a person who
 * works with files of her own: several statements in one, INTO OUTFILE, KILL, the function file,
 * and the engine's tables about itself.
 */
export async function readerStatement(
  sql: string,
  ask: (sql: string) => Promise<string>,
): Promise<string> {
  const statement = (await ask(`select formatQuery(${quote(sql)})`)).trimEnd();
  const inBrackets = `select * from (${statement}\n)`;
  const tree = await ask(`explain ast ${inBrackets}`).catch((cause: unknown) => {
    const isSyntax = cause instanceof EngineError && cause.code === syntaxError;
    throw isSyntax ? new EngineError(`Code: ${readonlyError}. ${onlyReads}`) : cause;
  });
  const forbidden = /^\s*(?:Function (file)|(?:Table)?Identifier (system\.\S+))(?:\s|$)/im.exec(
    tree,
  );
  if (forbidden === null) return statement;
  const what = forbidden[1] ?? forbidden[2];
  throw new EngineError(
    `Code: ${accessDenied}. DB::Exception: Not enough privileges for ${what}. (ACCESS_DENIED)`,
  );
}

const [syntaxError, readonlyError, accessDenied] = [62, 164, 497];
const onlyReads = 'DB::Exception: A reader may only ask one SELECT. (READONLY)';
