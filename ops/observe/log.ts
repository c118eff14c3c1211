import type { DestinationStream } from 'pino';
import { pino } from 'pino';

/** What rooms see of the log: facts without personal text, and a sentence. */
export type Log = {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
};

/** Where lines go, standard error unless told; and the trace of what is under way, if any. */
export type LogOptions = {
  readonly to?: DestinationStream | undefined;
  readonly here?: (() => string | undefined) | undefined; // a W3C traceparent
};

/** JSON lines. One that is written within a trace names it. */
export function openLog(level: string, { to, here }: LogOptions = {}): Log {
  const mixin = here && (() => ({ trace_id: traceIdIn(here()) }));
  const options = { level, base: null, ...(mixin && { mixin }) };
  const standardError = () => pino.destination({ fd: 2, sync: true });
  return pino({ ...options, formatters: { log: withoutQuotes } }, to ?? standardError());
}

/** By which a line finds its trace; undefined where none is recorded. */
export function traceIdIn(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1];
}

/** Errors quote what they could not read, and that may be anybody's: `Unexpected token … "…"`. */
function withoutQuotes(facts: Record<string, unknown>): Record<string, unknown> {
  const told = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? fact.replace(/".*"/s, '"…"') : fact,
  ]);
  return Object.fromEntries(told);
}
