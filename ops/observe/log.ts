import type { DestinationStream } from 'pino';
import { pino } from 'pino';

/** What rooms see of the log: facts without personal text, and a sentence. */
export type Log = {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
};

/** JSON lines, on standard error unless told. */
export function openLog(
  level: string,
  to: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  return pino({ level, base: null, formatters: { log: withoutQuotes } }, to);
}

/** Errors quote what they could not read, and that may be anybody's: `Unexpected token … "…"`. */
function withoutQuotes(facts: Record<string, unknown>): Record<string, unknown> {
  const told = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? fact.replace(/".*"/s, '"…"') : fact,
  ]);
  return Object.fromEntries(told);
}
