import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { openProgressLine } from '../progress-line.ts';
import { inMebibytes } from './growth.ts';
import { sites } from './inputs.ts';
import type { Outcome } from './run.ts';
import { run } from './run.ts';

const help = `npm run hostile

Sends bad input to a platform of its own and looks at what it does: every argument of every field
of the schema with values that do not fit, documents that are too much, requests and frames that
nobody should send. What is tried and what must hold stands in ops/docs/hostile-input.md.

  --inputs N   how many (10,000)
  --seed N     another seed, other inputs (1)
  --only N     only the input of this number, as a finding names it
  --help       this text`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    inputs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
if (values.help) console.log(help);
else await attack();

async function attack(): Promise<void> {
  const [seed, inputs] = [whole('seed', values.seed), whole('inputs', values.inputs)];
  if (inputs === 0) throw new PlainError('--inputs takes a whole number above 0.');
  const only = values.only === undefined ? null : whole('only', values.only);
  const numbers = only === null ? Array.from({ length: inputs }, (_, at) => at) : [only];
  const line = openProgressLine(process.stdout);
  line.say(`${numbers.length} inputs of seed ${seed}; the schema has ${sites.length} places.`);
  const progress = (done: number) => line.step('inputs', done, numbers.length);
  const outcome = await run({ seed, numbers, progress });
  for (const text of linesOf(outcome, seed)) line.say(text);
  process.exitCode = outcome.findings.length === 0 ? 0 : 1;
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new PlainError(`--${name} takes a whole number.`);
  return Number(text);
}

function linesOf({ findings, accepted, refused, looks }: Outcome, seed: number): readonly string[] {
  const heaps = looks.map(({ heapBytes }) => inMebibytes(heapBytes)).join(', ');
  return [
    ...findings.flatMap(({ number, what, shown, times }) => [
      `\n${what}${times > 1 ? ` (${times} times)` : ''}`,
      ...(shown === '' ? [] : [`  ${shown}`]),
      ...(number === null ? [] : [`  npm run hostile -- --seed ${seed} --only ${number}`]),
    ]),
    `\n${refused} refused, ${accepted} accepted. Heap after collections: ${heaps}.`,
    findings.length === 0 ? 'Nothing was found.' : `${findings.length} findings.`,
  ];
}
