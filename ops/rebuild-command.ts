import { parseArgs } from 'node:util';
import type { Projection } from '../projections/projection.ts';
import type { RebuildStep } from '../workers/rebuild/builder.ts';
import type { TableComparison } from '../workers/rebuild/compare.ts';
import type { RebuildOptions, RebuildReport } from '../workers/rebuild/rebuild.ts';
import { rebuild } from '../workers/rebuild/rebuild.ts';
import { PlainError } from './plain-error.ts';

export const rebuildHelp = `npm run rebuild -- NAME [--keep-on-difference | --without-comparing]

Builds the read model NAME anew from the log, beside the one in use, compares
both row for row and switches to the new one. Everything goes on meanwhile.

  --keep-on-difference   do not switch when rows differ; only tell which
  --without-comparing    do not look at the rows in use: for damaged ones
  --help                 this text

Ctrl-C stops it and leaves everything as it was.`;

/** What the command works with; the composition root hands it in. */
export type RebuildCommand = {
  readonly args: readonly string[];
  readonly projections: readonly Projection[];
  readonly machines: () => Promise<
    Pick<RebuildOptions, 'eventLog' | 'tables' | 'opener' | 'clock' | 'newId'>
  >;
  readonly signal: AbortSignal;
  readonly out: { write(text: string): void; readonly isTTY?: boolean };
};

/** Answers with the exit code: 0 switched, 1 stopped, 2 kept because rows differ. */
export async function rebuildCommand(command: RebuildCommand): Promise<number> {
  const { values, positionals } = parse(command.args);
  if (values.help) return say(command, rebuildHelp, 0);
  const projection = chosen(command.projections, positionals);
  const report = await rebuild(
    {
      ...(await command.machines()),
      projection,
      compare: values['without-comparing'] !== true,
      anyway: true,
      onDifference: values['keep-on-difference'] ? 'keep' : 'switch',
      onStep: stepPrinter(command),
    },
    command.signal,
  );
  const code = { switched: 0, 'up-to-date': 0, stopped: 1, kept: 2 }[report.kind];
  return say(command, lines(projection.name, report).join('\n'), code);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        'keep-on-difference': { type: 'boolean' },
        'without-comparing': { type: 'boolean' },
      },
    });
  } catch {
    throw new PlainError('This option is not known. Run `npm run rebuild -- --help` for the list.');
  }
}

function chosen(projections: readonly Projection[], names: readonly string[]): Projection {
  const projection = projections.find(({ name }) => name === names[0]);
  if (projection && names.length === 1) return projection;
  const known = projections.map(({ name }) => name).join(', ');
  throw new PlainError(`Name one read model to rebuild: ${known}.`);
}

/** A bar that redraws itself on a terminal; elsewhere one line for each tenth of the way. */
function stepPrinter({ out }: RebuildCommand): (step: RebuildStep) => void {
  let tenth = -1;
  return (step) => {
    const { share } = step;
    const text = `${stepText(step)}, ${Math.floor(share * 100)} %`;
    if (out.isTTY) {
      out.write(`\r${bar(share)} ${text}\u001b[K${share >= 1 ? '\n' : ''}`);
    } else if (Math.floor(share * 10) !== tenth) {
      tenth = Math.floor(share * 10);
      out.write(`${text}\n`);
    }
  };
}

function bar(share: number): string {
  const width = 24;
  const full = Math.round(width * share);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}

function stepText({ phase, position, done, recordsPerSecond, remainingMs }: RebuildStep) {
  const rate = Math.round(recordsPerSecond);
  const left = remainingMs === null ? '' : `, ${Math.ceil(remainingMs / 1_000)} s left`;
  return `${phase}: position ${position}, ${done} records, ${rate}/s${left}`;
}

function lines(name: string, { kind, records, elapsedMs, tables }: RebuildReport) {
  const seconds = (elapsedMs / 1_000).toFixed(1);
  const outcome = {
    switched: `${name}: built anew from ${records} records in ${seconds} s and switched.`,
    kept: `${name}: rows differ, the live ones are kept.`,
    stopped: `${name}: stopped, nothing was changed.`,
    'up-to-date': `${name}: is of this version already.`,
  }[kind];
  return [...tables.map(comparisonLine), outcome];
}

function comparisonLine({ table, equal, liveRows, nextRows, differing }: TableComparison): string {
  if (equal) return `  ${table}: ${liveRows} rows, equal`;
  const keys = differing.map((key) => `\n    ${key}`).join('');
  return `  ${table}: DIFFERS, ${liveRows} rows live, ${nextRows} built anew; first keys:${keys}`;
}

function say({ out }: RebuildCommand, text: string, code: number): number {
  out.write(`${text}\n`);
  return code;
}
