import { SearchUnavailable } from '../../ops/adapters/search/port.ts';
import { TablesError, TablesUnavailable, UniqueViolation } from '../../ops/adapters/tables/port.ts';
import { nameOf } from '../worker.ts';

/**
 * Why an event could not be applied, without anything that it carried: an error's own words only
 * where the port promises that they hold no value, and otherwise its kind and the line of ours that
 * threw.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof TablesError) return `${nameOf(error)}: ${error.message}`;
  if (error instanceof UniqueViolation) return error.message;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const line = /\b((?:projections|workers|domain)\/[\w/.-]+:\d+):\d+/.exec(stack)?.[1];
  return line === undefined ? nameOf(error) : `${nameOf(error)} at ${line}`;
}

/** Failures of the machine heal by themselves: they are tried again and park nothing. */
export function isMachineFailure(error: unknown): boolean {
  if (error instanceof TablesUnavailable || error instanceof SearchUnavailable) return true;
  return error instanceof TablesError && passing.test(error.sqlState);
}

/** Connection, resources, operator, system; serialisation, deadlock and lock timeouts. */
const passing = /^(08|53|57|58|40|55P03|25P0[34])/;
