import { parseArgs } from 'node:util';
import type { ParkedDependencies, ParkedPlace, Retried } from '../workers/projector/parked.ts';
import { dropParked, listParked, retryParked, showParked } from '../workers/projector/parked.ts';
import { PlainError } from './plain-error.ts';

export const parkedHelp = `npm run parked                          lists what stands still, and why
npm run parked -- show NAME KEY         the events that wait under a key
npm run parked -- retry NAME KEY        applies them again, in order
npm run parked -- retry --all           the same for every key
npm run parked -- drop NAME KEY --because "…"
                                        leaves the first one out for good, keeps it with the
                                        reason, and goes on with the rest

An event that a read model cannot take stops only its own key (a conversation or a person) in that
read model. NAME is the read model and KEY the id, as the list shows them.`;

/** What the command works with; the composition root hands it in. */
export type ParkedCommand = {
  readonly args: readonly string[];
  readonly machines: () => Promise<ParkedDependencies>;
  readonly out: { write(text: string): void };
};

const rowsMax = 1_000;

/** Answers with the exit code: 0 done, 1 something still stands. */
export async function parkedCommand({ args, machines, out }: ParkedCommand): Promise<number> {
  const { values, positionals } = parse(args);
  const say = (line: string) => out.write(`${line}\n`);
  const [verb = 'list', ...rest] = positionals;
  if (values.help) say(parkedHelp);
  if (values.help) return 0;
  if (!['list', 'show', 'retry', 'drop'].includes(verb)) throw wrongUse();
  if (verb === 'drop' && !values.because) {
    throw new PlainError('Say why with --because "…": the reason is kept with the event.');
  }
  const wantsPlace = verb !== 'list' && !(verb === 'retry' && values.all);
  const place = wantsPlace ? placeOf(rest) : null;
  const dependencies = await machines();
  if (verb === 'list') return list(dependencies, say);
  if (verb === 'show' && place) return show(dependencies, place, say);
  if (verb === 'drop' && place && values.because) {
    return tell(place, await dropParked(dependencies, place, values.because), say);
  }
  if (place) return tell(place, await retryParked(dependencies, place), say);
  return retryAll(dependencies, say);
}

type Say = (line: string) => void;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        all: { type: 'boolean' },
        because: { type: 'string' },
      },
    });
  } catch {
    throw wrongUse();
  }
}

function placeOf([projection, key, ...more]: readonly string[]): ParkedPlace {
  if (projection === undefined || key === undefined || more.length > 0) throw wrongUse();
  return { projection, key };
}

function wrongUse(): PlainError {
  return new PlainError('This is not how it goes. Run `npm run parked -- --help` for the list.');
}

async function list({ tables }: ParkedDependencies, say: Say): Promise<number> {
  const keys = await listParked(tables, rowsMax);
  if (keys.length === 0) say('Nothing is parked.');
  for (const { projection, key, waiting, parkedAt, retries, reason } of keys) {
    say(`${projection} ${key}: ${waiting} events since ${parkedAt.toISOString()}`);
    say(`  ${retries} retries; ${reason}`);
  }
  return 0;
}

async function show({ tables }: ParkedDependencies, place: ParkedPlace, say: Say) {
  const events = await showParked(tables, place, rowsMax);
  if (events.length === 0) say(`${place.projection} ${place.key}: nothing is parked.`);
  for (const { position, type, stream, reason } of events) {
    say(`${position} ${type} of ${stream}: ${reason ?? 'waits behind the one before'}`);
  }
  return 0;
}

async function retryAll(dependencies: ParkedDependencies, say: Say): Promise<number> {
  let code = 0;
  for (const place of await listParked(dependencies.tables, rowsMax)) {
    code = Math.max(code, tell(place, await retryParked(dependencies, place), say));
  }
  return code;
}

function tell({ projection, key }: ParkedPlace, retried: Retried, say: Say): number {
  if (retried.kind === 'not-parked') say(`${projection} ${key}: nothing is parked.`);
  if (retried.kind === 'all-applied')
    say(`${projection} ${key}: ${retried.events} events applied.`);
  if (retried.kind !== 'still-parked') return 0;
  say(`${projection} ${key}: ${retried.applied} applied, ${retried.left} left; ${retried.reason}`);
  return 1;
}
